/** The file tree of a practice host, as its simulated programs see it: whole files, at once. */

import {
  chmodSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { HostFailure } from '../../errors.ts';
import { join, parentOf, type AbsolutePath } from '../../paths.ts';
import { decode, encode } from '../../text.ts';
import { attempt } from '../failure.ts';
import { listNames, lookAt, native, readFile } from '../files.ts';
import type { Entry } from '../host.ts';
import { canonical } from '../inside.ts';

/** Paths are the practice host's; `root` alone is a path of this machine. */
export class Tree {
  readonly root: AbsolutePath;

  constructor(root: AbsolutePath) {
    this.root = root;
  }

  /** What stands at `path`, the last component not followed. */
  look(path: AbsolutePath): Entry | undefined {
    return lookAt(join(this.root, canonical(this.root, path, 'keep')));
  }

  /** `path` without links; undefined if nothing is there, or links go round in a circle. */
  resolve(path: AbsolutePath): AbsolutePath | undefined {
    const found = this.#unlinked(path);
    return found === undefined || lookAt(join(this.root, found)) === undefined ? undefined : found;
  }

  /** The text of a regular file, links followed; undefined for anything else. */
  text(path: AbsolutePath): string | undefined {
    const found = this.resolve(path);
    if (found === undefined || this.look(found)?.kind !== 'file') return undefined;
    const file = readFile(this.#place(found));
    return file && decode(file.bytes);
  }

  names(directory: AbsolutePath): readonly string[] {
    return listNames(this.#place(directory)) ?? [];
  }

  /** Writes as cp(1) does: a file that is there keeps its inode, and its mode unless one is given. */
  write(path: AbsolutePath, text: string, mode?: number): void {
    const place = native(this.#place(path));
    const wanted = mode ?? (existsSync(place) ? undefined : 0o644);
    this.directory(parentOf(path));
    attempt('write', path, () => {
      writeFileSync(place, encode(text));
      if (wanted !== undefined) chmodSync(place, wanted);
    });
  }

  /** A directory and its parents; one that is there keeps its mode, unless one is given. */
  directory(path: AbsolutePath, mode?: number): void {
    const place = native(this.#place(path));
    const isNew = !existsSync(place);
    if (isNew) {
      if (path !== '/') this.directory(parentOf(path));
      attempt('make the directory', path, () => mkdirSync(place));
    }
    if (isNew || mode !== undefined) chmodSync(place, mode ?? 0o755);
  }

  link(path: AbsolutePath, target: string): void {
    this.directory(parentOf(path));
    attempt('link', path, () => symlinkSync(target, native(this.#entry(path))));
  }

  /** Removes a file, a link or a whole directory; absent is fine. */
  remove(path: AbsolutePath): void {
    rmSync(native(this.#entry(path)), { recursive: true, force: true });
  }

  /** Gives what stands at `path` the time of its last change. */
  date(path: AbsolutePath, time: Date): void {
    const place = native(this.#entry(path));
    if (this.look(path)?.kind === 'symlink') lutimesSync(place, time, time);
    else utimesSync(place, time, time);
  }

  #unlinked(path: AbsolutePath): AbsolutePath | undefined {
    try {
      return canonical(this.root, path, 'follow');
    } catch (cause) {
      if (cause instanceof HostFailure && cause.code === 'ELOOP') return undefined;
      throw cause;
    }
  }

  #place(path: AbsolutePath): AbsolutePath {
    return join(this.root, canonical(this.root, path, 'follow'));
  }

  #entry(path: AbsolutePath): AbsolutePath {
    return join(this.root, canonical(this.root, path, 'keep'));
  }
}
