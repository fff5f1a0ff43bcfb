/** augenrules 3.0.9 of the practice host. Source: init.d/augenrules, audit 3.0.9. */

import { merge } from '../../audit/merge.ts';
import { loadOrder } from '../../audit/order.ts';
import { absolutePath, join, nameOf } from '../../paths.ts';
import { answer, type Answer, type Program } from './machine.ts';
import type { Tree } from './tree.ts';
import { VERSION } from './world.ts';

const DIRECTORY = absolutePath('/etc/audit/rules.d');
const DESTINATION = absolutePath('/etc/audit/audit.rules');
const PREVIOUS = absolutePath('/etc/audit/audit.rules.prev');

export const augenrules: Program = (machine, [self, ...args]) => {
  if (args.some((arg) => arg !== '--check' && arg !== '--load'))
    return answer(1, `Usage: ${self} [--check|--load]\n`);
  const loads = args.includes('--load');
  const load = (): Answer =>
    loads ? machine.run(['/sbin/auditctl', '-R', DESTINATION]) : answer(0);
  const { tree } = machine;
  const directory = tree.resolve(DIRECTORY);
  if (directory === undefined || tree.look(directory)?.kind !== 'directory')
    return { ...after(`${self}: No rules directory - ${DIRECTORY}\n`, load()), status: 1 };
  const merged = mergedText(tree);
  const present = tree.text(DESTINATION);
  if (merged === present) return after(`${self}: No change\n`, load());
  if (args.includes('--check'))
    return answer(0, `${self}: Rules have changed and should be updated\n`);
  if (present !== undefined) {
    const mode = (tree.look(PREVIOUS) ?? tree.look(DESTINATION))?.mode;
    tree.write(PREVIOUS, present, mode);
  }
  tree.write(DESTINATION, merged, 0o640);
  return load();
};

function after(said: string, { status, stdout, stderr }: Answer): Answer {
  return answer(status, said + stdout, stderr);
}

function mergedText(tree: Tree): string {
  const awk = nameOf(tree.resolve(absolutePath('/usr/bin/awk')) ?? DIRECTORY);
  const dialect = {
    awk: awk === 'mawk' || awk === 'busybox' ? awk : 'gawk',
    ls: 'coreutils',
    version: VERSION,
  } as const;
  const files = loadOrder(tree.names(DIRECTORY), dialect).flatMap((name) => {
    const path = join(DIRECTORY, name);
    const text = tree.text(path);
    return text === undefined ? [] : [{ path, text }];
  });
  return merge(files, dialect).text;
}
