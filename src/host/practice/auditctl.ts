/**
 * auditctl 3.0.9 of the practice host, whose answers test/corpus judges. What auditctl tells syslog
 * is lost: the practice host has none.
 */

import { listTable, load, run, type KernelState } from '../../audit/load.ts';
import { parseArguments, parseRules } from '../../audit/parse.ts';
import type { Directive, Statement } from '../../audit/rule.ts';
import { absolutePath } from '../../paths.ts';
import { stopDaemon } from './daemon.ts';
import { answer, linesText, type Answer, type Machine, type Program } from './machine.ts';
import { factsOf, MACHINE, pathsOf, VERSION, worldOf } from './world.ts';

export const auditctl: Program = (machine, [, ...args]) => {
  const [option, value = '', key = ''] = args;
  if (option === '-R' && args.length === 2) return loadFile(machine, value);
  if (option === '-v') return answer(0, `auditctl version ${VERSION.join('.')}\n`);
  if (option === '-s') return answer(0, linesText([...statusLines(machine), feature(machine)]));
  if (option === '-l' && value === '-k') return listKey(machine, key);
  if (option === '--signal') return signal(machine, value);
  return runOne(machine, args);
};

function loadFile(machine: Machine, name: string): Answer {
  const { tree, state } = machine;
  // Nothing is read on a kernel that is locked; what it says goes to syslog.
  if (state.kernel.status.enabled === 2) return answer(0);
  const file = absolutePath(`/${name}`);
  const place = tree.resolve(file);
  const text = tree.text(file);
  const isOpen = place !== undefined && ((tree.look(place)?.mode ?? 0) & 0o002) !== 0;
  if (text === undefined || isOpen) return answer(1);
  const statements = parseRules(text, file);
  const world = worldOf(tree, statements);
  const refusedAt = statements.findIndex((one) => refusalOf(machine, one) !== undefined);
  const tried = refusedAt < 0 ? statements : statements.slice(0, refusedAt);
  const outcome = load(tried, world, state.kernel);
  const stop = outcome.problems.find(({ stops }) => stops)?.statement;
  const stdout = noise(machine, stop ? tried.slice(0, tried.indexOf(stop)) : tried);
  machine.state = { ...state, kernel: outcome.state };
  const refused = stop === undefined ? statements[refusedAt] : undefined;
  const problems = [
    ...outcome.problems,
    ...(refused ? [{ statement: refused, reason: refusalOf(machine, refused) ?? '' }] : []),
  ];
  const stderr = problems.flatMap(({ statement, reason }) =>
    isHeard(statement, reason, tried) ? [reason, whereIs(statement)] : [],
  );
  return answer(refused ? 1 : outcome.exit, stdout, linesText(stderr));
}

/** auditctl speaks to syslog until it has sent the first rule. */
function isHeard(problem: Statement, reason: string, tried: readonly Statement[]): boolean {
  const first = tried.findIndex(({ kind }) => kind === 'rule');
  const at = tried.indexOf(problem);
  // What the kernel refuses was sent before it is spoken about.
  return /^Error sending (?:add|delete)/.test(reason) || (first >= 0 && (at < 0 || first < at));
}

function whereIs({ origin }: Statement): string {
  return origin.kind === 'file'
    ? `There was an error in line ${origin.line} of ${origin.file}`
    : '';
}

/** What a load prints: `No rules` after a `-D`, and the status after each setting. */
function noise(machine: Machine, statements: readonly Statement[]): string {
  return statements
    .map((statement, index) => {
      if (!shows(statement)) return '';
      const before = statements.slice(0, index + 1);
      const { state } = load(before, worldOf(machine.tree, before), machine.state.kernel);
      return effectOf(machine, statement, state);
    })
    .join('');
}

function runOne(machine: Machine, args: readonly string[]): Answer {
  const statement = parseArguments(args, { kind: 'argument' });
  const refusal = refusalOf(machine, statement);
  const { kernel } = machine.state;
  if (refusal !== undefined && kernel.status.enabled !== 2) return answer(255, '', `${refusal}\n`);
  const { exit, stdout, stderr, state } = run(
    statement,
    worldOf(machine.tree, [statement]),
    kernel,
  );
  machine.state = { ...machine.state, kernel: state };
  const isSet = exit === 0 && directivesOf(statement).some(sets);
  return answer(exit, isSet ? linesText(statusLines(machine)) : stdout, stderr);
}

function refusalOf({ tree, state }: Machine, statement: Statement): string | undefined {
  if (statement.kind !== 'rule') return undefined;
  const places = pathsOf(statement.rule).map((path) => factsOf(tree, path).place);
  const found = state.refusals.find(({ path }) => places.some((place) => place === path));
  return found && `Error sending add rule data request (${found.reason})`;
}

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

function directivesOf(statement: Statement): readonly Directive[] {
  return statement.kind === 'blank' ? [] : (statement.directives ?? []);
}

function shows(statement: Statement): boolean {
  return directivesOf(statement).some((one) => sets(one) || one.name === 'deleteAll');
}

const SETTINGS = ['enabled', 'failure', 'backlogLimit', 'rateLimit', 'backlogWaitTime'];

function sets({ name }: Directive): boolean {
  return SETTINGS.includes(name);
}

function effectOf(machine: Machine, statement: Statement, kernel: KernelState): string {
  const emptied = directivesOf(statement).some(({ name }) => name === 'deleteAll');
  const isEmpty = kernel.table.length === 0;
  const status = directivesOf(statement).some(sets) ? statusLines(machine, kernel) : [];
  return linesText([...(emptied && isEmpty ? ['No rules'] : []), ...status]);
}

function statusLines({ state }: Machine, { status } = state.kernel): readonly string[] {
  return [
    `enabled ${status.enabled}`,
    `failure ${status.failure}`,
    `pid ${state.daemon.pid}`,
    `rate_limit ${status.rateLimit}`,
    `backlog_limit ${status.backlogLimit}`,
    'lost 0',
    'backlog 0',
    `backlog_wait_time ${status.backlogWaitTime}`,
    'backlog_wait_time_actual 0',
  ];
}

function feature({ state }: Machine): string {
  const isLocked = state.kernel.status.loginuidImmutable;
  return `loginuid_immutable ${isLocked ? '1' : '0'} unlocked`;
}
