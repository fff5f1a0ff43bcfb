/** What the rules of the controls caught: events told apart by place, and repeats gathered. */

import { actOf, type Act, type Thing } from '../audit/act.ts';
import { announcementOf, type Announcement } from '../audit/announcement.ts';
import type { Actor } from '../audit/call.ts';
import type { AuditEvent } from '../audit/records.ts';
import type { Watched } from '../discover/watched.ts';
import { isWithin, join, parentOf, type AbsolutePath } from '../paths.ts';

/** What an event says: somebody touched something, or audit itself changed. */
export type Story =
  | {
      readonly kind: 'act';
      readonly act: Act;
      readonly actor: Actor;
      readonly keys: readonly string[];
      /** The sections whose place it was. */
      readonly sections: readonly string[];
    }
  | { readonly kind: 'announcement'; readonly announcement: Announcement };

/** The same story once or many times. */
export interface Occurrence {
  readonly story: Story;
  readonly first: Date;
  readonly last: Date;
  readonly count: number;
  /** Of the last, as `ausearch -a` takes it. */
  readonly serial: number;
  readonly node: string | undefined;
}

/** What is looked for. */
export interface Interest {
  readonly watched: readonly Watched[];
  /** Links to directories, by which names in a log may lead to the same places. */
  readonly links: ReadonlyMap<AbsolutePath, AbsolutePath>;
  /** Of our rules: their events count whatever they touched; undefined if places alone decide. */
  readonly key: string | undefined;
}

/** Stories that differ; what makes more of them, such as a tree that is copied, is cut. */
const MOST = 20_000;

/** What was caught so far. */
export interface Catch {
  /** By their last time. */
  readonly occurrences: readonly Occurrence[];
  /** Whether there were too many different ones: then those that came to an end first are missing. */
  readonly isCut: boolean;
}

/** Takes event after event, and keeps what is of interest, repeats gathered. */
export function catching(interest: Interest): {
  readonly visit: (event: AuditEvent) => void;
  readonly value: () => Catch;
} {
  const found = new Map<string, Occurrence>();
  let isCut = false;
  return {
    visit: (event) => {
      const story = storyOf(event, interest);
      if (story === undefined) return;
      const { time, serial, node } = event;
      const sameness = JSON.stringify([node, withoutProcess(story)]);
      const before = found.get(sameness);
      // The one that came last stands last.
      found.delete(sameness);
      const [first, count] = [before?.first ?? time, (before?.count ?? 0) + 1];
      found.set(sameness, { story, first, last: time, count, serial, node });
      const [oldest] = found.size > MOST ? found.keys() : [];
      if (oldest !== undefined) isCut = found.delete(oldest);
    },
    value: () => ({
      occurrences: [...found.values()].toSorted(
        (a, b) => a.last.getTime() - b.last.getTime() || a.serial - b.serial,
      ),
      isCut,
    }),
  };
}

function storyOf(event: AuditEvent, interest: Interest): Story | undefined {
  const announcement = announcementOf(event.records);
  if (announcement !== undefined && matters(announcement, interest))
    return { kind: 'announcement', announcement };
  const { call, keys } = event;
  // Without a key no rule recorded it, but another record came with the call.
  if (call === undefined || (keys.length === 0 && announcement !== undefined)) return undefined;
  const told = actOf(call);
  const act = { ...told, what: placed(told.what, interest), to: placed(told.to, interest) };
  const sections = interest.watched.filter((one) => touches(act, one)).map(({ number }) => number);
  const isOurs = interest.key !== undefined && keys.includes(interest.key);
  if (sections.length === 0 && !isOurs) return undefined;
  return { kind: 'act', act, actor: call.actor, keys, sections: [...new Set(sections)] };
}

/** Others' rules are their own business; that auditd registers itself is told by its start. */
function matters(announcement: Announcement, { key, watched }: Interest): boolean {
  // Asked for one control: then the rest of audit is not of interest.
  if (key === undefined && announcement.kind !== 'rule') return false;
  switch (announcement.kind) {
    case 'rule':
      return (
        announcement.keys.some((one) => one === key) ||
        watched.some(({ path }) => path === announcement.path)
      );
    case 'setting':
      return announcement.name !== 'audit_pid';
    case 'daemon':
      return true;
    default:
      return announcement satisfies never;
  }
}

/** Which file it was, by what the host shows now, where the record alone does not tell. */
function placed(thing: Thing | undefined, { watched, links }: Interest): Thing | undefined {
  if (thing === undefined) return undefined;
  if (thing.path !== undefined) return { ...thing, path: followed(thing.path, links) };
  const { name, parent, directory } = thing;
  if (directory !== undefined) return { ...thing, directory: followed(directory, links) };
  const above = parent && watched.find((one) => isSame(one.directory, parent));
  if (above && name !== undefined) return { ...thing, path: join(parentOf(above.path), name) };
  const within = parent && watched.find((one) => isSame(one.itself, parent));
  if (within && name !== undefined) return { ...thing, path: join(within.path, name) };
  const same = watched.find((one) => isSame(one.itself, thing));
  return same ? { ...thing, path: same.path } : thing;
}

function followed(path: AbsolutePath, links: Interest['links']): AbsolutePath {
  for (const [link, target] of links)
    if (path !== link && isWithin(path, link)) return join(target, path.slice(link.length));
  return path;
}

function isSame(
  one: Watched['itself'],
  other: { readonly inode: string | undefined; readonly device: string | undefined },
): boolean {
  return one !== undefined && one.inode === other.inode && one.device === other.device;
}

/** What failed in a directory below a place failed at the place. */
function touches({ what, to }: Act, { path, recursive }: Watched): boolean {
  return [what?.path, to?.path, recursive ? what?.directory : undefined].some(
    (one) => one !== undefined && (one === path || (recursive && isWithin(one, path))),
  );
}

/** The same act by another process of the same program is the same story. */
function withoutProcess(story: Story): Story {
  if (story.kind === 'announcement') return story;
  const { act, actor } = story;
  return {
    ...story,
    act: { ...act, what: withoutInode(act.what), to: withoutInode(act.to) },
    actor: { ...actor, pid: undefined },
  };
}

/** Where a path is known, it is the file. */
function withoutInode(thing: Thing | undefined): Thing | undefined {
  return thing?.path === undefined
    ? thing
    : { ...thing, name: undefined, inode: undefined, device: undefined, parent: undefined };
}
