/**
 * Room for a change before its first write: on a full disk the host's augenrules truncates its file,
 * and loads what is left of it (seen on Debian 12, audit 3.0.9).
 */

import type { Facts } from '../discover/facts.ts';
import { hindrancesOf } from '../discover/hindrances.ts';
import { HostFailure } from '../errors.ts';
import type { Host, HostReader } from '../host/host.ts';
import { absolutePath, join, parentOf, type AbsolutePath } from '../paths.ts';
import type { Plan } from '../plan/plan.ts';
import { shellLine } from '../shell.ts';
import { byteLength, counted, printable } from '../text.ts';
import { reserveBytes } from './reserve.ts';
import { changesOf, keep, type Store } from './store.ts';

/** What files of these sizes, in bytes, need at a place. */
interface Need {
  readonly host: HostReader;
  readonly directory: AbsolutePath;
  readonly sizes: readonly number[];
}

/** The usual block of ext4, xfs and btrfs; a smaller file takes a whole one. */
const BLOCK_BYTES = 4096;

/** Where augenrules puts its rules together. Source: init.d/augenrules, 2.7.5 to 4.2.1. */
const AUGENRULES_TEMPORARY = absolutePath('/tmp');

/** @throws HostFailure with figures, if what the change writes would not fit */
export async function requireRoom(
  host: Host,
  store: Store,
  { plan, facts }: { readonly plan: Plan; readonly facts: Facts },
): Promise<void> {
  const needs = [...(await needsOfHost(host, plan, facts)), await needOfStore(host, store, plan)];
  for (const group of (await byFileSystem(needs)).values()) await requireFits(group);
}

/** Our files beside the old ones, the loader's own two copies, and once more what an undo puts back. */
async function needsOfHost(host: Host, plan: Plan, facts: Facts): Promise<readonly Need[]> {
  const edits = plan.edits.map(({ path, after }) => ({
    host,
    directory: parentOf(path),
    sizes: [after?.bytes.length ?? 0],
  }));
  const { mechanism } = facts;
  const generated = plan.preview.find((preview) => preview.kind === 'file');
  const loads = plan.activation.kind === 'load' || plan.daemon.kind !== 'leave';
  if (!loads || mechanism.kind !== 'augenrules' || generated?.kind !== 'file') return edits;
  const merged = byteLength(generated.after);
  const previous = byteLength(generated.before ?? '');
  return [
    ...edits,
    { host, directory: parentOf(mechanism.merged), sizes: [merged, previous, previous] },
    { host, directory: AUGENRULES_TEMPORARY, sizes: [merged] },
  ];
}

/** Before-images, a journal that is written anew for each line, and the room of an undo. */
async function needOfStore(host: Host, store: Store, plan: Plan): Promise<Need> {
  const entries = await Promise.all(plan.touches.map((path) => host.look(path)));
  const tables = plan.preview.flatMap((preview) => (preview.kind === 'table' ? [preview] : []));
  const journal = JOURNAL_BYTES + TABLE_COPIES * byteLength(JSON.stringify(tables));
  const edited = plan.edits.map(({ after }) => after?.bytes.length ?? 0);
  const images = [...entries.map((entry) => entry?.size ?? 0), ...edited];
  const reserved = reserveBytes(
    journal,
    edited.reduce((sum, size) => sum + size, 0),
  );
  return {
    host: store.host,
    directory: store.directory,
    sizes: [...images, journal, journal, reserved, BLOCK_BYTES],
  };
}

/** Beside the table: who, when, what. */
const JOURNAL_BYTES = 16 * 1024;
/** The table as listed, as rules, and as it was left. */
const TABLE_COPIES = 4;

async function byFileSystem(needs: readonly Need[]): Promise<ReadonlyMap<string, readonly Need[]>> {
  const placed = await Promise.all(
    needs.map(async (need) => [await deviceOf(need), need] as const),
  );
  const groups = Map.groupBy(placed, ([device]) => device);
  return new Map([...groups].map(([device, group]) => [device, group.map(([, need]) => need)]));
}

async function deviceOf({ host, directory }: Need): Promise<string> {
  const place = await host.resolve(directory);
  return (place && (await host.look(place))?.device) ?? directory;
}

/** @param group needs on one file system */
async function requireFits(group: readonly Need[]): Promise<void> {
  const [first] = group;
  const space = await first?.host.space(first.directory);
  if (!first || !space) return;
  const sizes = group.flatMap((need) => need.sizes);
  const bytes = sizes.reduce((sum, size) => sum + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES, 0);
  const where = [...new Set(group.map(({ directory }) => `'${printable(directory)}'`))].join(', ');
  const { directory } = first;
  if (space.freeBytes < bytes)
    throw noRoom(
      where,
      `${kib(space.freeBytes)} are free, ${kib(bytes)} are needed`,
      '-h',
      directory,
    );
  const { freeFiles = sizes.length } = space;
  if (freeFiles < sizes.length)
    throw noRoom(
      where,
      `${counted(freeFiles, 'file')} may be added, ${sizes.length} are needed`,
      '-i',
      directory,
    );
}

function kib(bytes: number): string {
  return `${Math.floor(bytes / 1024)} KiB`;
}

function noRoom(
  where: string,
  figures: string,
  option: '-h' | '-i',
  directory: AbsolutePath,
): HostFailure {
  return new HostFailure(
    `cannot begin: no room on the file system of ${where}: ${figures}`,
    `make room: ${shellLine(['df', option, directory])}`,
    'ENOSPC',
  );
}

/** Read-only, over a quota, or not ours: a write tells for sure. @throws HostFailure */
export async function requireWritable(store: Store): Promise<void> {
  const [hindrance] = await hindrancesOf(store.host, [store.directory, changesOf(store)], []);
  if (hindrance)
    throw new HostFailure(
      `cannot begin: '${printable(hindrance.path)}' is of no use for an undo: ${hindrance.reason}`,
      hindrance.mend,
      'EPERM',
    );
  const probe = join(store.directory, 'probe');
  await keep(store, probe, new Uint8Array([10]));
  await store.host.remove(probe);
}
