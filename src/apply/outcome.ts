/** How a change left the host: what a later run compares with, and what is told of others' rules. */

import { Failure, HostFailure } from '../errors.ts';
import type { AbsolutePath } from '../paths.ts';
import { counted, printable } from '../text.ts';
import type { FileImage } from '../host/host.ts';
import { hashOf } from './backup.ts';
import type { ChangeRecord, Foreign, Left } from './change.ts';
import { foreignBefore, foreignOf, without } from './foreign.ts';
import { listedAs } from './goal.ts';
import type { Ownership } from './kept-image.ts';
import { readKernelNow } from './kernel.ts';
import { moved } from './meanwhile.ts';
import type { Course, Journey } from './undertaking.ts';

/** Of a change that is as promised. @throws HostFailure if its table is not */
export async function leave(
  { host, plan, facts, judge }: Journey,
  record: ChangeRecord,
): Promise<Left> {
  const images = await Promise.all(
    record.files.map(async ({ path }) => [path, await host.read(path)] as const),
  );
  requireWritten(plan, new Map(images));
  const { auditctl } = facts.programs;
  const listing = record.kernel && auditctl ? (await readKernelNow(host, auditctl)).lines : null;
  const isOpen = listing !== null && plan.activation.kind !== 'reboot';
  const broken = isOpen ? judge.table(listing, 'whole') : undefined;
  if (broken !== undefined) throw brokenPromise(broken);
  const restarted = plan.daemon.kind !== 'leave';
  return {
    files: Object.fromEntries(images.map(([path, image]) => [path, hashOf(image)])),
    ownership: Object.fromEntries(images.flatMap(ownershipOf)),
    listing,
    restarted,
  };
}

/** Where nothing was loaded nobody has looked yet whether our files are still as we wrote them. */
function requireWritten(
  { edits }: Course,
  images: ReadonlyMap<AbsolutePath, FileImage | undefined>,
): void {
  for (const { path, after } of edits)
    if (hashOf(images.get(path)) !== hashOf(after)) throw moved(`'${printable(path)}' was changed`);
}

function ownershipOf([path, image]: readonly [
  AbsolutePath,
  FileImage | undefined,
]): readonly (readonly [AbsolutePath, Ownership])[] {
  return image ? [[path, { mode: image.mode, uid: image.uid, gid: image.gid }]] : [];
}

/**
 * The same for the journal: without what others brought meanwhile, so that a later undo finds that it
 * is not alone, in their files and in the table.
 */
export function leftByUs({ goal, merging }: Journey, { forward }: ChangeRecord, left: Left): Left {
  const written = forward?.files.flatMap(({ path, after }) =>
    merging?.images.has(path) && after ? [[path, after.sha256] as const] : [],
  );
  const listing = goal === undefined ? left.listing : (forward?.table?.whole ?? left.listing);
  return { ...left, listing, files: { ...left.files, ...Object.fromEntries(written ?? []) } };
}

/** Nothing where no kernel was asked. */
export function foreignLeft(
  { facts }: Journey,
  { kernel, added, forward }: ChangeRecord,
  { listing }: Left,
): { readonly foreign?: Foreign } {
  if (!kernel || !listing) return {};
  const ours = added.map((rule) => listedAs(rule, facts.world));
  return {
    foreign: foreignOf(
      foreignBefore(kernel.listing, forward?.table?.gone ?? []),
      without(listing, ours),
    ),
  };
}

/** Of a change that was rolled back, in words. @param edited files that somebody edited meanwhile */
export function asBefore(
  { kernel }: ChangeRecord,
  edited: readonly AbsolutePath[],
  foreign: Foreign | undefined,
): string {
  const hash = foreign
    ? ` (${counted(foreign.count, 'rule')} of others: sha256 ${foreign.sha256After})`
    : '';
  const whole = kernel ? `files and kernel are as before${hash}` : 'the files are as before';
  if (edited.length === 0) return whole;
  const names = edited.map((path) => `'${printable(path)}'`).join(', ');
  return `${whole}, but ${names}: somebody edited it meanwhile, so it is left as it is, our lines in it`;
}

/** What the judge found broken, as a failure. */
export function brokenPromise(what: string): Failure {
  return new HostFailure(what, "'dockaudit plan' shows what was promised", 'EPROMISE');
}
