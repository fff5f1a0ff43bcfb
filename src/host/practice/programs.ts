/** The programs that a practice host answers for, by name. */

import { isAbsolutePath, nameOf } from '../../paths.ts';
import { encode } from '../../text.ts';
import type { Exit } from '../host.ts';
import { MISSING } from '../program.ts';
import { aptGet } from './apt.ts';
import { auditctl } from './auditctl.ts';
import { augenrules } from './augenrules.ts';
import { answer, type Answer, type Machine, type Program } from './machine.ts';
import { service, systemctl } from './systemctl.ts';

const PROGRAMS: ReadonlyMap<string, Program> = new Map([
  ['auditctl', auditctl],
  ['augenrules', augenrules],
  ['systemctl', systemctl],
  ['service', service],
  ['apt-get', aptGet],
  ['ausearch', () => answer(1, '', '<no matches>\n')],
]);

/** What the program says that `argv` names; 127 if it is not in the tree. */
export function call(machine: Machine, argv: readonly string[]): Answer {
  const [self = '', ...args] = argv;
  if (!isAbsolutePath(self) || machine.tree.resolve(self) === undefined)
    return answer(MISSING.status);
  const program = PROGRAMS.get(nameOf(self));
  const cannot = `${self}: the practice host cannot run it\n`;
  return program ? program(machine, [self, ...args]) : answer(126, '', cannot);
}

/** An answer as the port gives it. */
export function exitOf({ status, stdout, stderr }: Answer): Exit {
  if (status === MISSING.status) return MISSING;
  return { status, stdout: encode(stdout), stderr: encode(stderr) };
}
