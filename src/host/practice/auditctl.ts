/**
 * auditctl 3.0.9 of the practice host, whose answers test/corpus judges. What auditctl tells syslog
 * is lost: the practice host has none.
 */

import { listTable, run } from '../../audit/load.ts';
import { parseArguments } from '../../audit/parse.ts';
import { stopDaemon } from './daemon.ts';
import { answer, linesText, type Answer, type Machine, type Program } from './machine.ts';
import { refusalOf } from './refusal.ts';
import { restore } from './restore.ts';
import { featureLine, sets, statusLines } from './status.ts';
import { MACHINE, VERSION, worldOf } from './world.ts';

export const auditctl: Program = (machine, [, ...args]) => {
  const [option, value = '', key = ''] = args;
  if (option === '-R' && args.length === 2) return restore(machine, value);
  if (option === '-v') return answer(0, `auditctl version ${VERSION.join('.')}\n`);
  if (option === '-s')
    return answer(0, linesText([...statusLines(machine.state), featureLine(machine.state)]));
  if (option === '-l' && value === '-k') return listKey(machine, key);
  if (option === '--signal') return signal(machine, value);
  return runOne(machine, args);
};

function runOne(machine: Machine, args: readonly string[]): Answer {
  const { tree, state } = machine;
  const statement = parseArguments(args, { kind: 'argument' });
  const refusal = refusalOf(machine, statement);
  if (refusal !== undefined && state.kernel.status.enabled !== 2)
    return answer(255, '', `${refusal}\n`);
  const outcome = run(statement, worldOf(tree, [statement]), state.kernel);
  machine.state = { ...state, kernel: outcome.state };
  const isSet = outcome.exit === 0 && sets(statement);
  const stdout = isSet ? linesText(statusLines(machine.state)) : outcome.stdout;
  return answer(outcome.exit, stdout, outcome.stderr);
}

/** `-l -k KEY` prints nothing where there are rules, but none whose keys hold KEY. */
function listKey({ state }: Machine, key: string): Answer {
  const table = state.kernel.table.filter(({ rule }) => rule.keys.join('\x01').includes(key));
  if (table.length === 0 && state.kernel.table.length > 0) return answer(0);
  const lines = listTable({ ...state.kernel, table }, { version: VERSION, machine: MACHINE });
  return answer(0, linesText(lines));
}

function signal(machine: Machine, name: string): Answer {
  if (/^(?:TERM|stop)$/i.test(name)) stopDaemon(machine);
  return answer(0);
}
