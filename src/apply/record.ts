/** The record of a change before its first write: what was seen, and what is planned. Pure. */

import type { Facts } from '../discover/facts.ts';
import { surelyHeld } from '../evaluate/provenance.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Edit, Plan } from '../plan/plan.ts';
import { decode, encode } from '../text.ts';
import { hashOfBytes } from './backup.ts';
import type { ChangeRecord, Forward } from './change.ts';

/** What a change added to one file, comments left out. */
export interface WrittenLines {
  readonly path: AbsolutePath;
  readonly lines: readonly string[];
}

interface Origin {
  readonly facts: Facts;
  readonly plan: Plan;
  readonly root: AbsolutePath;
  readonly tool: string;
  readonly argv: readonly string[];
  readonly announced: readonly string[];
}

/** All that going back needs but the before-images. */
export function draftRecord(
  { facts, plan, root, tool, argv, announced }: Origin,
  id: string,
  now: Date,
): Omit<ChangeRecord, 'files' | 'forward'> {
  const { kernel, running } = facts;
  const controls = [...new Set(plan.promises.map(({ control }) => control))];
  return {
    schemaVersion: 1,
    id,
    time: now.toISOString(),
    tool,
    root,
    loginuid: facts.machine.loginuid,
    argv,
    controls,
    edited: plan.edits.map(({ path }) => path),
    activation: plan.activation.kind,
    added: plan.added,
    removed: plan.removed,
    withdrawn: plan.withdrawn
      .filter(({ index }) => index !== undefined)
      .toSorted((one, other) => (one.index ?? 0) - (other.index ?? 0))
      .map(({ rule }) => rule),
    wrote: plan.edits.flatMap(writtenBy),
    kernel:
      kernel.kind === 'reachable' && running.kind === 'known'
        ? {
            bootId: facts.machine.bootId,
            listing: running.lines,
            rules: surelyHeld(facts) ?? null,
            status: kernel.status,
            daemonPid: kernel.pid,
          }
        : null,
    daemon: { action: plan.daemon.kind, start: facts.restart.start, stop: facts.restart.stop },
    announced,
  };
}

function writtenBy({ path, before, after }: Edit): readonly WrittenLines[] {
  const had = new Set(before ? rulesIn(before.bytes) : []);
  const lines = after ? rulesIn(after.bytes).filter((line) => !had.has(line)) : [];
  return lines.length === 0 ? [] : [{ path, lines }];
}

function rulesIn(bytes: Uint8Array): readonly string[] {
  return decode(bytes)
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/**
 * All that going forward needs but the after-images.
 * @param asked the words by which the same is judged again
 */
export function draftForward(plan: Plan, asked: readonly string[]): Omit<Forward, 'files'> {
  const { activation, daemon, liveOnly, preview, unsilenced, withdrawn, promises } = plan;
  const out = activation.kind === 'reboot' ? [] : [...unsilenced, ...withdrawn];
  const table = preview.find(({ kind }) => kind === 'table');
  const files = preview.flatMap((one) => (one.kind === 'file' ? [one] : []));
  return {
    generated: Object.fromEntries(
      files.map(({ path, after }) => [path, hashOfBytes(encode(after))]),
    ),
    activation: 'commands' in activation ? activation.commands : [],
    daemon: 'commands' in daemon ? daemon.commands : [],
    liveOnly: liveOnly?.commands ?? [],
    table:
      table?.kind === 'table'
        ? {
            before: table.before,
            loaded: liveOnly?.tableBefore ?? table.after,
            whole: table.after,
            gone: out.flatMap(({ index }) => index ?? []),
          }
        : null,
    promises,
    asked,
  };
}
