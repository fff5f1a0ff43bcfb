/** The record of each change: one line at the start, one for each state that it reaches. */

import { HostFailure } from '../errors.ts';
import { join, type AbsolutePath } from '../paths.ts';
import { decode, encode } from '../text.ts';
import type { Change, ChangeRecord, ChangeState, JournalEntry, Undo } from './change.ts';
import { isUnfinished } from './unfinished.ts';
import { requireOwn } from './safe-store.ts';
import { changesOf, directoryOf, keep, type Store } from './store.ts';

/** Name of the record, beside the before-images. */
export const JOURNAL = 'journal.jsonl';

/** Where an undo leads to was said before these. */
const ON_THE_WAY: readonly ChangeState[] = ['written', 'activated', 'needsPerson'];

/**
 * Names sort by time, `20261122T030112Z-4f2a`, and each behind all that are there, though the clock
 * was set back. @throws HostFailure
 */
export async function newChangeId(store: Store): Promise<string> {
  const ids = (await store.host.list(changesOf(store))) ?? [];
  const last = Math.max(0, ...ids.map(secondOf).filter((second) => !Number.isNaN(second)));
  const second = Math.max(Math.floor(+store.host.clock.now() / 1000), last + 1);
  const time = new Date(second * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
  const salt = Math.floor(Math.random() * 0x1_0000);
  return `${time}-${salt.toString(16).padStart(4, '0')}`;
}

/** Of an id, since 1970; NaN of any other name. */
function secondOf(id: string): number {
  const iso = id.replace(ID, '$1-$2-$3T$4:$5:$6Z');
  return iso === id ? Number.NaN : Date.parse(iso) / 1000;
}

const ID = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[\da-f]{4}$/;

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
  // Without its record nothing could be undone any more.
  if (lines.length === 0) throw lostJournal(path);
  await keep(store, path, encode([...lines, line].map((each) => `${each}\n`).join('')));
}

/**
 * Begins it anew where somebody took it away: of a change that is undone it is told all the same.
 * @throws HostFailure
 */
export async function requireJournal(store: Store, record: ChangeRecord): Promise<void> {
  const change = await readChange(store, record.id).catch(() => undefined);
  if (!change) await openJournal(store, record);
}

function lostJournal(path: AbsolutePath): HostFailure {
  return new HostFailure(
    `'${path}' was removed or emptied while the change was made`,
    'find out who does that: only dockaudit writes there',
    'EBADJOURNAL',
  );
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
  // By name: a time is only what the clock said.
  return changes
    .flatMap((change) => (change?.record.root === root ? [change] : []))
    .toSorted((one, other) => (one.record.id < other.record.id ? 1 : -1));
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
    const undo = entries.findLast(({ state }) => !ON_THE_WAY.includes(state))?.undo;
    const bootId = entries.findLast((entry) => entry.bootId)?.bootId;
    const afterBoot = entries.findLast((entry) => entry.afterBoot)?.afterBoot;
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
      ...(afterBoot === undefined ? {} : { afterBoot }),
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
