/**
 * What a practice host remembers between processes beside its tree, as a file that a person can
 * read: the kernel's status and table are written as the lines that would make them.
 */

import { EMPTY_KERNEL, load, type KernelState, type KernelStatus } from '../../audit/load.ts';
import { parseLine } from '../../audit/parse.ts';
import { printRule } from '../../audit/print.ts';
import type { Rule } from '../../audit/rule.ts';
import { FILE_TYPES } from '../../audit/vocabulary.ts';
import { join, type AbsolutePath } from '../../paths.ts';
import { decode, encode } from '../../text.ts';
import { replaceFile } from '../changes.ts';
import { readFile } from '../files.ts';
import type { Refusal } from './scenario.ts';
import type { Tree } from './tree.ts';
import { worldOf } from './world.ts';

export interface PracticeState {
  readonly scenario: string;
  /** How often it has booted; makes its boot id. */
  readonly boots: number;
  /** Who takes the kernel's events; pid 0 is nobody. */
  readonly daemon: { readonly name: string; readonly pid: number };
  readonly lastPid: number;
  readonly kernel: KernelState;
  /** Rules that the kernel refuses although nothing is wrong with them. */
  readonly refusals: readonly Refusal[];
}

/** Tells such a file from all others, and its shape from later ones. */
const FORMAT = 'dockaudit practice host 1';
const NAME = 'kernel.json';

/** The state kept in `directory`; undefined if that is not a practice host. @throws HostFailure */
export function readState(directory: AbsolutePath, tree: Tree): PracticeState | undefined {
  const file = readFile(join(directory, NAME));
  const kept = file && recordOf(parsed(decode(file.bytes)));
  if (kept?.get('format') !== FORMAT) return undefined;
  const [daemon, refusals] = [recordOf(kept.get('daemon')), listOf(kept.get('refusals'))];
  return {
    scenario: textOf(kept.get('scenario')),
    boots: numberOf(kept.get('boots')),
    daemon: { name: textOf(daemon.get('name')), pid: numberOf(daemon.get('pid')) },
    lastPid: numberOf(kept.get('lastPid')),
    kernel: kernelOf(listOf(kept.get('kernel')).map(textOf), tree),
    refusals: refusals
      .map(recordOf)
      .map((one) => ({ path: textOf(one.get('path')), reason: textOf(one.get('reason')) })),
  };
}

/** @throws HostFailure */
export function writeState(directory: AbsolutePath, state: PracticeState): void {
  const kept = { format: FORMAT, ...state, kernel: linesOf(state.kernel) };
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  const bytes = encode(`${JSON.stringify(kept, undefined, 2)}\n`);
  replaceFile(join(directory, NAME), { bytes, mode: 0o644, uid, gid, mtime: new Date() });
}

/** Lines of a rules file that lead from an empty kernel to `state`. */
function linesOf({ status, table }: KernelState): readonly string[] {
  return [
    ...settings(status),
    ...table.map(({ rule }) => printRule(written(rule))),
    `-e ${status.enabled}`,
  ];
}

/** The kernel that `lines` lead to; a rule whose directory is gone is dropped, as the kernel does. */
function kernelOf(lines: readonly string[], tree: Tree): KernelState {
  const statements = ['-i', ...lines].map((line, index) =>
    parseLine(line, { kind: 'kernel', index }),
  );
  return load(statements, worldOf(tree, statements), EMPTY_KERNEL).state;
}

/** The kernel prints the type of a file as a number, which auditctl 3.0.9 does not read. */
function written(rule: Rule): Rule {
  const fields = rule.fields.map((field) =>
    field.kind === 'value' && field.name === 'filetype'
      ? { ...field, value: FILE_TYPES.names.get(Number(field.value)) ?? field.value }
      : field,
  );
  return { ...rule, fields };
}

function settings(status: KernelStatus): readonly string[] {
  return [
    `-f ${status.failure}`,
    `-r ${status.rateLimit}`,
    `-b ${status.backlogLimit}`,
    `--backlog_wait_time ${status.backlogWaitTime}`,
    ...(status.loginuidImmutable ? ['--loginuid-immutable'] : []),
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
