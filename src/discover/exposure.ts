/**
 * Who else could swap what root reads and writes: the way to a path is walked as the kernel walks
 * it, and each part has to be root's alone. Source: path_resolution(7); StrictModes of sshd(8).
 */

import type { Entry, HostReader } from '../host/host.ts';
import { absolutePath, join, parentOf, type AbsolutePath } from '../paths.ts';
import { shellLine } from '../shell.ts';

/** A part of a way that others could change. */
export interface Exposure {
  readonly path: AbsolutePath;
  /** Its group is chosen by whoever runs the host; nobody chooses everybody. */
  readonly to: 'owner' | 'anybody' | 'group';
  readonly reason: string;
  /** The line that ends it. */
  readonly mend: string;
}

/** Whose writing is no exposure. */
export interface Trusted {
  readonly uids: readonly number[];
  readonly gids: readonly number[];
}

/** What the ways share is looked at once. */
type Look = HostReader['look'];

/** As the kernel: path_resolution(7), MAXSYMLINKS. */
const LINKS_LIMIT = 40;

const [BY_GROUP, BY_ANYBODY, STICKY] = [0o020, 0o002, 0o1000];

interface Part {
  readonly path: AbsolutePath;
  readonly entry: Entry;
  /** What the path ends with, however its links lead there. */
  readonly isLast: boolean;
}

/** Of each of `paths` and all that leads there; each part once. @throws HostFailure */
export async function exposuresOf(
  host: HostReader,
  paths: readonly AbsolutePath[],
  trusted: Trusted,
): Promise<readonly Exposure[]> {
  const found = new Map<AbsolutePath, Exposure>();
  const seen = new Map<AbsolutePath, Promise<Entry | undefined>>();
  const look: Look = (path) => {
    const entry = seen.get(path) ?? host.look(path);
    seen.set(path, entry);
    return entry;
  };
  for (const path of paths) {
    let above: Part | undefined;
    for (const part of await wayTo(look, path)) {
      const exposure = exposureOf(part, above, trusted);
      if (exposure) found.set(part.path, exposure);
      above = part;
    }
  }
  return [...found.values()];
}

/** Root's, and of an image also whoever owns all of it. @throws HostFailure */
export async function trustedOn(host: HostReader): Promise<Trusted> {
  const top = await host.look(absolutePath('/'));
  return { uids: [0, top?.uid ?? 0], gids: [0, top?.gid ?? 0] };
}

/** What is there of the way, links followed; it ends where nothing is. */
async function wayTo(look: Look, path: AbsolutePath): Promise<readonly Part[]> {
  const pending = path.split('/').filter((part) => part !== '');
  const parts: Part[] = [];
  let here = absolutePath('/');
  let links = 0;
  for (let name: string | undefined = '.'; name !== undefined; name = pending.shift()) {
    if (name === '' || name === '..') {
      here = name === '' ? here : parentOf(here);
      continue;
    }
    const at = join(here, name);
    const entry = await look(at);
    if (!entry) return parts;
    const isLink = entry.kind === 'symlink';
    parts.push({ path: at, entry, isLast: pending.length === 0 && !isLink });
    if (!isLink) {
      here = at;
      continue;
    }
    if ((links += 1) > LINKS_LIMIT) return parts;
    const target = entry.target ?? '';
    if (target.startsWith('/')) here = absolutePath('/');
    pending.unshift(...target.split('/'));
  }
  return parts;
}

function exposureOf(
  { path, entry, isLast }: Part,
  above: Part | undefined,
  { uids, gids }: Trusted,
): Exposure | undefined {
  const { kind, mode, uid, gid } = entry;
  const isLink = kind === 'symlink';
  // A link gives its owner no power, but where the directory lets owners take away what is theirs.
  const owns = !isLink || isSticky(above?.entry);
  if (owns && !uids.includes(uid))
    return {
      path,
      to: 'owner',
      reason: `it belongs to user ${uid}, who may write there, and so swap what root reads`,
      mend: shellLine(['chown', ...(isLink ? ['-h'] : []), '0:0', path]),
    };
  // In a sticky directory others add names and take none away.
  if (isLink || (isSticky(entry) && !isLast)) return undefined;
  if ((mode & BY_ANYBODY) !== 0)
    return {
      path,
      to: 'anybody',
      reason: 'anybody may write there, and so swap what root reads',
      mend: shellLine(['chmod', 'go-w', path]),
    };
  if ((mode & BY_GROUP) === 0 || gids.includes(gid)) return undefined;
  return {
    path,
    to: 'group',
    reason: `group ${gid} may write there, and so swap what root reads`,
    mend: shellLine(['chmod', 'g-w', path]),
  };
}

function isSticky(entry: Entry | undefined): boolean {
  return entry?.kind === 'directory' && (entry.mode & STICKY) !== 0;
}
