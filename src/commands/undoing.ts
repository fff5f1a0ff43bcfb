/** What an undo will do, made before it is asked for: which files merge, and what stays as it is. */

import { undoCommands } from '../apply/by-hand.ts';
import type { Change } from '../apply/change.ts';
import { dependentsOf } from '../apply/dependents.ts';
import { changedSince } from '../apply/goal.ts';
import { hashAt } from '../apply/backup.ts';
import {
  mergeEdited,
  takeOutWritten,
  undoEdits,
  type MergedFile,
  type Stuck,
} from '../apply/undo-edits.ts';
import { requireWayBack } from '../apply/way-back.ts';
import { ChangeFailure } from '../errors.ts';
import type { HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Edit } from '../plan/plan.ts';
import { printable } from '../text.ts';
import type { Context } from './context.ts';

export interface Undoing {
  /** Files that the loader has written for others since. */
  readonly leave: readonly AbsolutePath[];
  readonly merged: ReadonlyMap<AbsolutePath, MergedFile>;
  /** Of files that do not come to what they were: why, and what they come to. */
  readonly told: readonly string[];
  /** Of the files that the change edited: as they are, and as they will be. */
  readonly edits: readonly Edit[];
  /** Newer changes that stay. */
  readonly newer: readonly Change[];
  /** Of all files that the change touched, for {@link requireUnmoved}. */
  readonly seen: readonly string[];
}

/**
 * @param isByItself whether nobody could decide: then what others edited stays, and the rest goes
 * @throws ChangeFailure which names file and line where others edited what the change wrote,
 *   HostFailure if a before-image is lost
 */
export async function prepareUndo(
  { host, store }: Pick<Context, 'host' | 'store'>,
  change: Change,
  changes: readonly Change[],
  isByItself: boolean,
): Promise<Undoing> {
  const { record } = change;
  const changed = await changedSince(host, change);
  const newer = dependentsOf(change, changes);
  const merged = new Map<AbsolutePath, MergedFile>();
  const edited: AbsolutePath[] = [];
  const written = changed.filter((path) => !record.edited.includes(path));
  const anew = await requireWayBack(host, store, record, written);
  const leave = [...written, ...anew];
  for (const path of changed.filter((each) => record.edited.includes(each))) {
    const isDependent = newer.some((one) => one.record.edited.includes(path));
    const result = await mergeEdited(host, store, change, path, isDependent);
    if (!('path' in result)) {
      merged.set(path, result);
      continue;
    }
    if (!isByItself) throw refusal(change, result);
    edited.push(path);
    const rest = await takeOutWritten(host, change, path);
    if (rest) merged.set(path, rest);
    else leave.push(path);
  }
  const edits = await undoEdits(host, store, change, merged);
  return {
    leave,
    merged,
    told: [...edited.map(staysNote), ...anew.map(anewNote)],
    edits: edits.filter(({ path }) => !leave.includes(path)),
    newer,
    seen: await hashesOf(host, change),
  };
}

/** Somebody edited the lines of the change. */
function staysNote(path: AbsolutePath): string {
  return `'${printable(path)}' was edited since: what somebody wrote there stays`;
}

/** Its before-image is lost. */
function anewNote(path: AbsolutePath): string {
  return `the copy of '${printable(path)}' is gone or altered: it is as the loader makes it now`;
}

/** A person may think for long, and others go on working at all times. @throws ChangeFailure */
export async function requireUnmoved(
  host: HostReader,
  change: Change,
  { seen }: Undoing,
): Promise<void> {
  const now = await hashesOf(host, change);
  const at = now.findIndex((hash, index) => hash !== seen[index]);
  if (at === -1) return;
  throw new ChangeFailure(
    `cannot undo change ${change.record.id}: '${change.record.files[at]?.path}' was changed meanwhile`,
    'run it again: it looks anew',
    { changeId: change.record.id, rolledBack: false },
  );
}

function hashesOf(host: HostReader, { record }: Change): Promise<readonly string[]> {
  return Promise.all(record.files.map(({ path }) => hashAt(host, path)));
}

/** Newer edits are somebody's work. */
function refusal({ record, backup }: Change, { path, conflict }: Stuck): ChangeFailure {
  const lines = conflict
    ? [
        `${path}:${conflict.line}`,
        ...side('the change left', conflict.left),
        ...side('it says now', conflict.now),
        ...side('an undo wants', conflict.wanted),
      ]
    : [];
  return new ChangeFailure(
    conflict
      ? `cannot undo change ${record.id}: '${path}' was edited since, at line ${conflict.line}`
      : `cannot undo change ${record.id}: '${path}' was edited since, or removed`,
    [
      ...lines,
      "undo a newer change first ('dockaudit history'), or keep those edits and undo by hand:",
      ...undoCommands(record, backup),
    ].join('\n'),
    { changeId: record.id, rolledBack: false },
  );
}

/** More would hide the rest. */
const MOST = 3;

function side(title: string, lines: readonly string[]): readonly string[] {
  const shown = lines.length === 0 ? ['(nothing)'] : lines.slice(0, MOST);
  const rest = lines.length > MOST ? [`… and ${lines.length - MOST} more`] : [];
  return [...shown, ...rest].map(
    (line, at) => `  ${(at === 0 ? title : '').padEnd(17)}${printable(line)}`,
  );
}
