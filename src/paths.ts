/** Absolute paths as a type of their own, so that two of them cannot be joined by mistake. */

declare const absolute: unique symbol;

/** A path that begins with `/`, without `.` or `..` components, doubled or trailing slashes. */
export type AbsolutePath = string & { readonly [absolute]: true };

/** Whether `text` is already in the one form that {@link AbsolutePath} promises. */
export function isAbsolutePath(text: string): text is AbsolutePath {
  return text.startsWith('/') && !text.includes('\0') && normal(text) === text;
}

/**
 * `text` in its normal form; purely textual, links are not followed.
 * @throws RangeError if `text` is not absolute: callers check what comes from outside first.
 */
export function absolutePath(text: string): AbsolutePath {
  const path = text.startsWith('/') ? normal(text) : text;
  if (!isAbsolutePath(path)) throw new RangeError(`not an absolute path: '${text}'`);
  return path;
}

/** `base` with `parts` below it; a part that climbs stops at the root. */
export function join(base: AbsolutePath, ...parts: readonly string[]): AbsolutePath {
  return absolutePath([base, ...parts].join('/'));
}

/** The directory that holds `path`; of `/`, itself. */
export function parentOf(path: AbsolutePath): AbsolutePath {
  return absolutePath(path.slice(0, path.lastIndexOf('/')) || '/');
}

/** The last component of `path`; of `/`, the empty string. */
export function nameOf(path: AbsolutePath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether `path` is `directory` or lies below it, by text alone. */
export function isWithin(path: AbsolutePath, directory: AbsolutePath): boolean {
  return path === directory || path.startsWith(directory === '/' ? '/' : `${directory}/`);
}

/** A component that is empty, `.` or `..`. */
const UNEVEN = /\/\.{0,2}(?:\/|$)/;

function normal(text: string): string {
  if (text.startsWith('/') && !UNEVEN.test(text)) return text;
  const kept: string[] = [];
  for (const part of text.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return `/${kept.join('/')}`;
}
