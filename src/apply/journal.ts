/** The record of each change: one line at the start, one for each state that it reaches. */

import { HostFailure } from '../errors.ts';
import { join, type AbsolutePath } from '../paths.ts';
import { decode, encode } from '../text.ts';
import type { Change, ChangeRecord, JournalEntry, Undo } from './change.ts';
import { isUnfinished } from './unfinished.ts';
import { requireOwn } from './safe-store.ts';
import { changesOf, directoryOf, keep, type Store } from './store.ts';

/** Name of the record, beside the before-images. */
export const JOURNAL = 'journal.jsonl';

/** Names sort by time: `20261122T030112Z-4f2a`. */
export function newChangeId(now: Date, random: () => number = Math.random): string {
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const salt = Math.floor(random() * 0x1_0000);
  return `${time}-${salt.toString(16).padStart(4, '0')}`;
}

/** Where the change with that id keeps its journal. */
export function journalOf(store: Store, id: string): AbsolutePath {
  return join(directoryOf(store, id), JOURNAL);
}

/** Begins the journal of a change; its before-images are on disk already. @throws HostFailure */
export async function openJournal(store: Store, record: ChangeRecord): Promise<void> {
  const first: JournalEntry = { time: record.time, state: 'prepared' };
  await writeLines(store, record.id, [record, first]);
}

/** @throws HostFailure */
export async function appendEntry(
  store: Store,
  id: string,
  entry: Omit<JournalEntry, 'time'>,
): Promise<void> {
  const path = journalOf(store, id);
  const image = await store.host.read(path);
  const line = JSON.stringify({ time: store.host.clock.now().toISOString(), ...entry });
  const lines = image ? wholeLines(decode(image.bytes)) : [];
  await keep(store, path, encode([...lines, line].map((each) => `${each}\n`).join('')));
}

/** We replace a journal atomically: only a bad disk or another hand leaves a last line torn. */
function wholeLines(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.filter((line, index) => index === 0 || index < lines.length - 1 || isJson(line));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** All changes of `root`, the newest first. @throws HostFailure */
export async function readChanges(store: Store, root: AbsolutePath): Promise<readonly Change[]> {
  const names = (await store.host.list(changesOf(store))) ?? [];
  const journals = names.map((name) => join(directoryOf(store, name), JOURNAL));
  await requireOwn(store, [changesOf(store), ...journals]);
  const changes = await Promise.all(names.map((name) => readChange(store, name)));
  // Names tell the second only: two changes of one script may share it.
  return changes
    .flatMap((change) => (change?.record.root === root ? [change] : []))
    .toSorted((one, other) => (one.record.time < other.record.time ? 1 : -1));
}

/**
 * Says that an undo begins: from here on a crash leaves it unfinished. What is unfinished already
 * needs no such line, and a full disk must not keep it from going back. @throws HostFailure
 */
export async function beginUndo(store: Store, change: Change, undo: Undo): Promise<void> {
  const begun = appendEntry(store, change.record.id, { state: 'undoing', undo });
  await (isUnfinished(change) ? begun.catch(() => undefined) : begun);
}

/** One change; undefined if there is none of that id. @throws HostFailure */
export async function readChange(store: Store, name: string): Promise<Change | undefined> {
  const directory = directoryOf(store, name);
  const image = await store.host.read(journalOf(store, name));
  // Before-images without a journal: the change ended before its first line, nothing was written.
  if (!image) return undefined;
  const { parseRecord, parseEntry } = await import('./journal-schema.ts');
  try {
    const [first = '', ...rest] = wholeLines(decode(image.bytes));
    const record = parseRecord(first);
    if (record.id !== name) throw new Error(`it is the journal of '${record.id}'`);
    const entries = rest.map(parseEntry);
    // What was written about a change says nothing new of it.
    const last = entries.findLast(({ evidence }) => evidence === undefined);
    const foreign = entries.findLast((entry) => entry.foreign)?.foreign;
    const undo = entries.findLast(({ state }) => state !== 'needsPerson')?.undo;
    const bootId = entries.findLast((entry) => entry.bootId)?.bootId;
    const activatedAt = entries.find(({ state }) => state === 'activated')?.time;
    return {
      record,
      state: last?.state ?? 'prepared',
      since: last?.time ?? record.time,
      ...(last?.note === undefined ? {} : { note: last.note }),
      ...(last?.deadline === undefined ? {} : { deadline: last.deadline }),
      ...(activatedAt === undefined ? {} : { activatedAt }),
      backup: directory,
      left: entries.findLast((entry) => entry.left)?.left,
      ...(foreign === undefined ? {} : { foreign }),
      ...(undo === undefined ? {} : { undo }),
      ...(bootId === undefined ? {} : { bootId }),
    };
  } catch (cause) {
    throw new HostFailure(
      `cannot read the journal '${join(directory, JOURNAL)}': it is not as dockaudit wrote it`,
      `look at it, and move ${directory} away if it is of no use`,
      'EBADJOURNAL',
      cause,
    );
  }
}

async function writeLines(store: Store, id: string, values: readonly object[]): Promise<void> {
  const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
  await keep(store, journalOf(store, id), encode(text));
}
