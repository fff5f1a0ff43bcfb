/** What an undo has to reach, seen from the host as it is now. */

import { canonical } from '../audit/canonical.ts';
import { listRule } from '../audit/listing.ts';
import type { Rule } from '../audit/rule.ts';
import type { World } from '../audit/world.ts';
import type { Facts } from '../discover/facts.ts';
import type { HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { ABSENT, hashAt } from './backup.ts';
import { broughtBy } from './brought.ts';
import type { Change, ChangeRecord } from './change.ts';

/**
 * The table to reach, if it is not the one before the change. In the same boot, with the table that
 * the change left, it is that one; else others have loaded rules meanwhile, and only ours go or come.
 */
export function goalOf(
  { running, machine, world }: Facts,
  { record, left }: Change,
): readonly string[] | undefined {
  if (running.kind === 'unknown' || !record.kernel) return undefined;
  const { lines } = running;
  // A change that was cut off left no table: in its own boot it goes back to the one before.
  const asLeft = !left?.listing || JSON.stringify(lines) === JSON.stringify(left.listing);
  if (asLeft && machine.bootId === record.kernel.bootId) return undefined;
  const others = withoutOurs(lines, record, world);
  const back = record.withdrawn
    .map((rule) => listedAs(rule, world))
    .filter((line) => !others.includes(line));
  const after = others.findIndex((line) => LATER_LISTS.test(line));
  const end = after === -1 ? others.length : after;
  return [...others.slice(0, end), ...back, ...others.slice(end)];
}

/** `lines` of a listing but for what the change brings. */
export function withoutOurs(
  lines: readonly string[],
  record: ChangeRecord,
  world: World,
): readonly string[] {
  const ours = new Set(broughtBy(record).map((rule) => listedAs(rule, world)));
  return lines.filter((line) => !ours.has(line));
}

/** Listed behind the exit rules, which ours are. Source: audit_list_rules, audit 3.0.9. */
const LATER_LISTS = /^-a \w+,(?:exclude|filesystem|io_uring)/;

/** As the kernel lists it: newer auditctl makes more of a rule than it was given. */
export function listedAs(rule: Rule, world: World): string {
  const held = canonical(rule, world);
  return listRule('value' in held ? held.value : rule, world);
}

/**
 * Files of the change that somebody, or the loader for somebody, has written since; one that is as
 * it was before the change is none of them. @throws HostFailure
 */
export async function changedSince(
  host: HostReader,
  { record, left }: Change,
): Promise<readonly AbsolutePath[]> {
  if (!left) return [];
  const hashes = await Promise.all(
    record.files.map(async ({ path, before }) => ({
      path,
      before,
      hash: await hashAt(host, path),
    })),
  );
  return hashes.flatMap(({ path, before, hash }) =>
    hash === left.files[path] || hash === (before?.sha256 ?? ABSENT) ? [] : [path],
  );
}
