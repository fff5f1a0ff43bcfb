/** What others do while a change is made: it stops the change, and stays theirs. */

import { loadOrder } from '../audit/order.ts';
import type { Facts } from '../discover/facts.ts';
import { HostFailure } from '../errors.ts';
import type { HostReader } from '../host/host.ts';
import { join, type AbsolutePath } from '../paths.ts';
import { printable } from '../text.ts';
import { ABSENT, hashAt, hashOf } from './backup.ts';
import type { ChangeRecord } from './change.ts';
import { readKernelNow } from './kernel.ts';
import { Lines } from './known.ts';
import type { Course, Journey } from './undertaking.ts';

type Watched = Pick<Journey, 'host' | 'facts' | 'plan'>;

/**
 * A load begins with `-D`: a rule that came since the plan was made would be lost without a trace.
 * @throws HostFailure, which names the rule
 */
export async function requireSameTable({ host, facts }: Watched): Promise<void> {
  const { running, programs } = facts;
  if (running.kind !== 'known' || !programs.auditctl) return;
  const { lines } = await readKernelNow(host, programs.auditctl, running.lines);
  const [before, now] = [new Lines(running.lines), new Lines(lines)];
  const came = lines.find((line) => !before.take(line));
  const gone = running.lines.find((line) => !now.take(line));
  if (came !== undefined) throw moved(`the rule '${printable(came)}' came into the kernel`);
  if (gone !== undefined) throw moved(`the rule '${printable(gone)}' went from the kernel`);
}

/**
 * The loader has read what was planned, where it read anything.
 * @throws HostFailure, which names the file that came, went or changed
 */
export async function requireSameSources({ host, facts, plan }: Watched): Promise<void> {
  if (plan.activation.kind !== 'load' && plan.daemon.kind === 'leave') return;
  const expected = new Map(facts.persistent.files.map(({ path, image }) => [path, hashOf(image)]));
  for (const { path, after } of plan.edits) expected.set(path, hashOf(after));
  for (const [path, hash] of expected) {
    const now = await hashAt(host, path);
    if (now !== hash)
      throw moved(`'${printable(path)}' ${now === ABSENT ? 'was removed' : 'was changed'}`);
  }
  for (const path of await sourcesOf(host, facts))
    if (!expected.has(path) && !facts.entries.has(path) && (await host.look(path)))
      throw moved(`'${printable(path)}' came`);
}

/**
 * The loader has written what the plan showed. Asked only where its file was what we made of the
 * sources, so that its ways are known for sure. @throws HostFailure
 */
export async function requireGenerated(
  { host, facts }: Watched,
  { forward }: ChangeRecord,
): Promise<void> {
  const { generated } = facts.persistent;
  if (!generated || generated.present !== generated.next) return;
  const promised = forward?.generated[generated.path];
  if (promised === undefined || (await hashAt(host, generated.path)) === promised) return;
  throw new HostFailure(
    `'${generated.path}' is not what the plan showed, though the load ended well`,
    'look at what augenrules of this host does',
    'EPROMISE',
  );
}

/** A name with a blank is read as two, of which there may be no file. */
async function sourcesOf(host: HostReader, { mechanism }: Facts): Promise<readonly AbsolutePath[]> {
  if (mechanism.kind !== 'augenrules') return [];
  const { rulesDirectory, dialect } = mechanism;
  const names = (await host.list(rulesDirectory)) ?? [];
  return loadOrder(names, dialect).map((name) => join(rulesDirectory, name));
}

/** Why a change stops, though nothing of ours is wrong. */
export function moved(what: string): HostFailure {
  return new HostFailure(
    `${what} while the change was made`,
    'whoever did that may not be done yet: wait, and run dockaudit again',
    'EMOVED',
  );
}

/**
 * Nobody has saved a file since it was looked at and backed up, asked straight before it is written.
 * @throws HostFailure
 */
export async function requireUnsaved(
  host: HostReader,
  { path, before, after }: Course['edits'][number],
): Promise<void> {
  if (![hashOf(before), hashOf(after)].includes(await hashAt(host, path)))
    throw moved(`'${printable(path)}' was changed`);
}

/**
 * Files that we wrote and that hold by now what neither we nor anybody before us wrote: an undo
 * leaves them. @throws HostFailure
 */
export async function editedByOthers(
  host: HostReader,
  edits: Course['edits'],
): Promise<readonly AbsolutePath[]> {
  const edited: AbsolutePath[] = [];
  for (const { path, before, after } of edits)
    if (![hashOf(before), hashOf(after), ABSENT].includes(await hashAt(host, path)))
      edited.push(path);
  return edited;
}
