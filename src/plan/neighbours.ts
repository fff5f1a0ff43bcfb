/** Whose files stand where we write: a manager's own file is a blocker, its neighbourhood a risk. */

import type { Facts, RulesFile } from '../discover/facts.ts';
import { nameOf, type AbsolutePath } from '../paths.ts';
import { isOurs } from './edits.ts';
import { managedBy, type Managed } from './managers.ts';
import type { Blocker, Edit, Plan } from './plan.ts';

type Written = Pick<Plan, 'edits' | 'unsilenced'>;

/** Files that we would edit although a manager writes them; `--force` takes the risk. */
export function managedTargets(plan: Written, facts: Facts): readonly Blocker[] {
  return managedAmong(plan.edits, facts).map((managed) => ({
    path: managed.path,
    line: managed.line,
    reason: `${claim(managed)}: what is added here lasts until it does`,
    mend: `${mendFor(managed, plan, facts)}, or insist with --force`,
  }));
}

/** What `--force` passed over. */
export function forcedNotes(edits: readonly Edit[], facts: Facts): readonly string[] {
  return managedAmong(edits, facts).map(
    (managed) =>
      `${managed.path}:${managed.line}: ${claim(managed)}; ` +
      '--force: it is edited all the same, and what is added lasts until it does',
  );
}

/** Files of others beside the one that we write: who may take ours away, and who has been here. */
export function neighbourNotes(edits: readonly Edit[], facts: Facts): readonly string[] {
  const { mechanism, persistent } = facts;
  const ours = edits.map(({ path }) => path);
  if (mechanism.kind !== 'augenrules' || ours.length === 0) return [];
  const others = persistent.files.filter(({ path }) => !ours.includes(path));
  return [...purgeNotes(others, ours), ...others.filter(isForDocker).map(shippedNote)];
}

function managedAmong(edits: readonly Edit[], { persistent }: Facts): readonly Managed[] {
  return edits.flatMap(({ path }) => {
    const file = persistent.files.find((one) => one.path === path);
    return (file && managedBy(file)) ?? [];
  });
}

function claim({ manager, text }: Managed): string {
  return `${manager.name} writes this file anew, as its header says ('${text}')`;
}

function mendFor(
  { manager, path }: Managed,
  { unsilenced }: Written,
  { mechanism }: Facts,
): string {
  if (unsilenced.some(({ line }) => line?.file === path))
    return `have ${manager.name} take the line out, leave out --unsilence`;
  const elsewhere = mechanism.kind === 'augenrules' ? ', choose another name with --file' : '';
  return `have ${manager.name} write the lines${elsewhere}`;
}

/** One for each manager. */
function purgeNotes(
  others: readonly RulesFile[],
  ours: readonly AbsolutePath[],
): readonly string[] {
  const found = others.flatMap((file) => managedBy(file) ?? []);
  const [target] = ours;
  return [...Map.groupBy(found, ({ manager }) => manager)].map(([{ name, purge }, files]) => {
    const [first, ...rest] = files;
    const more = rest.length === 0 ? '' : ` and ${rest.length} more`;
    const whose = `${name} writes ${first?.path ?? ''} (line ${first?.line ?? 0})${more} beside ours`;
    return purge === undefined
      ? `${whose}: an instance that it makes anew begins without ${target ?? ''}`
      : `${whose}: ${purge} would delete ${target ?? ''}`;
  });
}

/** Such as SUSE's docker.rules, which the package makes of its docker-audit.rules. */
function isForDocker(file: RulesFile): boolean {
  return /docker/i.test(nameOf(file.path)) && !isOurs(file) && /^-[wa] /m.test(file.text);
}

function shippedNote({ path }: RulesFile): string {
  return `${path} has rules for Docker that are not ours: what they watch counts, and is not repeated`;
}
