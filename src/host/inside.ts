/**
 * Paths of an image, read as the image itself would read them after chroot(2): an absolute link
 * starts at the image's root, and `..` cannot climb out of it.
 * It only looks: that nobody changes the image meanwhile is for anchor.ts to see to.
 */

import { lstatSync, readlinkSync } from 'node:fs';
import { absolutePath, join, type AbsolutePath } from '../paths.ts';
import { decode } from '../text.ts';
import { attempt, attemptIfThere, trouble } from './failure.ts';
import { native } from './files.ts';

/** As the kernel: path_resolution(7), MAXSYMLINKS. */
const LINKS_LIMIT = 40;

/**
 * `path` without links, still as the image names it; what is not there is taken by its name.
 * @throws HostFailure for too many links, or where this machine lets us not look
 */
export function canonical(
  root: AbsolutePath,
  path: AbsolutePath,
  last: 'follow' | 'keep',
): AbsolutePath {
  return attempt('resolve', join(root, path), () => walk(root, path, last));
}

function walk(root: AbsolutePath, path: AbsolutePath, last: 'follow' | 'keep'): AbsolutePath {
  const done: string[] = [];
  const pending = path.split('/');
  let links = 0;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      done.pop();
      continue;
    }
    const isKept = last === 'keep' && pending.length === 0;
    const target = isKept ? undefined : linkAt(join(root, ...done, part));
    if (target === undefined) {
      done.push(part);
      continue;
    }
    if ((links += 1) > LINKS_LIMIT) throw trouble('ELOOP');
    if (target.startsWith('/')) done.length = 0;
    pending.unshift(...target.split('/'));
  }
  return absolutePath(`/${done.join('/')}`);
}

/** The text of the link at `path`; undefined if it is something else or absent. */
function linkAt(path: AbsolutePath): string | undefined {
  return attemptIfThere('resolve', path, () =>
    lstatSync(native(path)).isSymbolicLink()
      ? decode(readlinkSync(native(path), { encoding: 'buffer' }))
      : undefined,
  );
}
