/** The hash of each dossier, in the state directory: what the next one calls the one before it. */

import { requireOwn, openStore } from '../apply/safe-store.ts';
import { keep, type Store } from '../apply/store.ts';
import { LockedFailure } from '../errors.ts';
import { join, type AbsolutePath } from '../paths.ts';
import { decode, encode } from '../text.ts';

/** One dossier. */
export interface Link {
  /** UTC, ISO 8601. */
  readonly time: string;
  readonly sha256: string;
  readonly directory: string;
  readonly change: string | null;
}

/** A check each hour for some weeks: only the last is needed, the others are for a person. */
const MOST_LINKS = 1000;

const TRIES = 100;
const PAUSE_MS = 100;

/** The hash of the last dossier; null before the first. @throws HostFailure if others could write it */
export async function lastHash(store: Store): Promise<string | null> {
  await requireOwn(store, [store.directory, chainOf(store)]);
  const last = (await readLines(store)).at(-1);
  return /"sha256":"([\da-f]{64})"/.exec(last ?? '')?.[1] ?? null;
}

/** @throws HostFailure */
export async function addLink(store: Store, link: Link): Promise<void> {
  const lines = [...(await readLines(store)), JSON.stringify(link)].slice(-MOST_LINKS);
  await keep(store, chainOf(store), encode(lines.map((line) => `${line}\n`).join('')));
}

/**
 * Runs `task` while no other dossier gets into the chain: two checks may end at one moment.
 * @throws LockedFailure if another takes longer than ten seconds
 */
export async function inTurn<T>(store: Store, task: () => Promise<T>): Promise<T> {
  await openStore(store);
  for (let tries = 1; ; tries++) {
    let isOurs = false;
    try {
      return await store.host.exclusively(join(store.directory, 'evidence.lock'), () => {
        isOurs = true;
        return task();
      });
    } catch (cause) {
      if (!(cause instanceof LockedFailure) || isOurs || tries === TRIES) throw cause;
      await store.host.clock.pause(PAUSE_MS);
    }
  }
}

async function readLines(store: Store): Promise<readonly string[]> {
  const image = await store.host.read(chainOf(store));
  return image
    ? decode(image.bytes)
        .split('\n')
        .filter((line) => line !== '')
    : [];
}

function chainOf(store: Store): AbsolutePath {
  return join(store.directory, 'evidence.jsonl');
}
