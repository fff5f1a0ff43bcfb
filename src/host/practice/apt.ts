/** `apt-get install auditd` of the practice host; it knows no other package. */

import { absolutePath } from '../../paths.ts';
import { install } from './build.ts';
import { answer, type Program } from './machine.ts';

export const aptGet: Program = (machine, [, ...args]) => {
  const [action, ...names] = args.filter((arg) => !arg.startsWith('-'));
  if (action === 'update') return answer(0);
  const unknown = names.find((name) => name !== 'auditd');
  if (action !== 'install' || unknown !== undefined)
    return answer(100, '', `E: Unable to locate package ${unknown ?? action ?? ''}\n`);
  const { tree } = machine;
  install(
    tree,
    (path) =>
      /\/(?:audit|augenrules|ausearch)/.test(path) && tree.look(absolutePath(path)) === undefined,
  );
  machine.run(['/usr/bin/systemctl', 'start', 'auditd']);
  return answer(0, 'Setting up auditd (1:3.0.9-1) ...\n');
};
