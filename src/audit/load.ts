/**
 * What `auditctl -R` would do with statements: which act, which fail, what the kernel holds then.
 * Source: fileopt, handle_request and main, src/auditctl.c of audit 3.0.9; later by the corpus.
 */

import { KernelSession } from './session.ts';
import type { KernelState } from './kernel.ts';
import { listTable } from './listing.ts';
import { mendOf } from './mend.ts';
import type { Statement } from './rule.ts';
import type { KernelStatus } from './status.ts';
import { isSince } from './vocabulary.ts';
import type { World } from './world.ts';

export type { KernelState } from './kernel.ts';
export type { KernelStatus } from './status.ts';
export { listTable } from './listing.ts';

/** A statement that auditctl refuses, and what a person can do about it. */
export interface Problem {
  readonly statement: Statement;
  /** auditctl's words. */
  readonly reason: string;
  readonly mend: string;
  /** Whether nothing after it is read. */
  readonly stops: boolean;
}

export interface LoadOutcome {
  /** 139 if auditctl is killed by its own fault. */
  readonly exit: 0 | 1 | 139;
  readonly problems: readonly Problem[];
  /** Rules after the line that stopped the load, or all of them on an immutable kernel. */
  readonly unreached: readonly Statement[];
  readonly state: KernelState;
}

/** What auditctl says to a single command. */
export interface RunOutcome {
  readonly exit: 0 | 1 | 139 | 255;
  readonly stdout: string;
  readonly stderr: string;
  readonly state: KernelState;
}

/** A kernel that was just told to audit, with nothing in its table. */
export const EMPTY_KERNEL: KernelState = {
  table: [],
  status: {
    enabled: 1,
    failure: 1,
    rateLimit: 0,
    backlogLimit: 64,
    backlogWaitTime: 60_000,
    loginuidImmutable: false,
  } satisfies KernelStatus,
};

/** 128 and SIGSEGV, as a shell tells it. */
const CRASHED = 139;

const IMMUTABLE = 'The audit system is in immutable mode, no rule changes allowed';

/** Loads `statements`, the lines of one file in order, into the kernel that `start` describes. */
export function load(
  statements: readonly Statement[],
  world: World,
  start: KernelState = EMPTY_KERNEL,
): LoadOutcome {
  if (start.status.enabled === 2) {
    const exit = exitWhenImmutable(world);
    return { exit, problems: [], unreached: statements.filter(isRule), state: start };
  }
  const session = new KernelSession(world, start);
  const problems: Problem[] = [];
  for (const [index, statement] of statements.entries()) {
    const reason = session.perform(statement);
    if (reason === undefined) continue;
    const crashes = isCrash(statement, reason);
    const stops = crashes || session.onError === 'stop';
    problems.push({ statement, reason, mend: mendOf(reason), stops });
    session.failed ||= session.onError !== 'ignore';
    if (!stops) continue;
    const unreached = statements.slice(index + 1).filter(isRule);
    return { exit: crashes ? CRASHED : 1, problems, unreached, state: session.state };
  }
  return { exit: session.failed ? 1 : 0, problems, unreached: [], state: session.state };
}

/** Runs one command line, as read by `parseArguments`. */
export function run(statement: Statement, world: World, state: KernelState): RunOutcome {
  const session = new KernelSession(world, state);
  if (state.status.enabled === 2 && changesRules(statement)) {
    return { exit: exitWhenImmutable(world), stdout: '', stderr: `${IMMUTABLE}\n`, state };
  }
  const reason = session.perform(statement);
  if (isCrash(statement, reason))
    return { exit: CRASHED, stdout: '', stderr: '', state: session.state };
  const lines = reason === undefined ? [] : [reason];
  if (reason !== undefined && isSince(world.version, [3, 1, 2])) {
    lines.push('There was an error while processing parameters');
  }
  const stderr = lines.map((line) => `${line}\n`).join('');
  const shown =
    reason === undefined && showsTable(statement) ? listTable(session.state, world) : [];
  const stdout = shown.map((line) => `${line}\n`).join('');
  return { exit: reason === undefined ? 0 : 255, stdout, stderr, state: session.state };
}

function exitWhenImmutable({ version }: World): 0 | 1 {
  return isSince(version, [3, 1, 2]) ? 1 : 0;
}

function isRule({ kind }: Statement): boolean {
  return kind === 'rule';
}

function isCrash(statement: Statement, reason: string | undefined): boolean {
  return (
    statement.kind === 'unreadable' && statement.crashes === true && reason === statement.reason
  );
}

function changesRules(statement: Statement): boolean {
  if (statement.kind === 'rule') return true;
  if (statement.kind !== 'directive') return false;
  return statement.directives.some(({ name }) => name === 'removeWatch' || name === 'deleteRule');
}

function showsTable(statement: Statement): boolean {
  if (statement.kind !== 'directive') return false;
  return statement.directives.some(
    (directive) =>
      directive.name === 'deleteAll' || (directive.name === 'other' && directive.option === '-l'),
  );
}
