/**
 * Which directories hold what can matter to some places. A rule on an entry of any other directory
 * says nothing of the places, whatever stands there.
 */

import { upwards } from '../audit/bearing.ts';
import type { HostReader } from '../host/host.ts';
import { absolutePath, isWithin, nameOf, parentOf, type AbsolutePath } from '../paths.ts';
import { PROC } from './world.ts';
import { lookUpDirectory } from './lookup.ts';
import type { Mount } from './mounts.ts';

/** A place that is asked for, or whose meaning is. */
export interface SoughtPlace {
  readonly path: AbsolutePath;
  /** Whether all that lies below it matters, too. */
  readonly recursive: boolean;
}

/** One directory, seen from the places. */
interface Outskirt {
  readonly takesWatches: boolean;
  /** The names in it that matter. */
  readonly near: ReadonlySet<string> | 'all';
}

export class Horizon {
  readonly #host: HostReader;
  readonly #mounts: readonly Mount[];
  /** Directories as rules spell them; the root is empty. */
  readonly #seen = new Map<string, Outskirt>();
  readonly #near = new Map<AbsolutePath, Set<string>>();
  readonly #roots: readonly AbsolutePath[];

  constructor(host: HostReader, places: readonly SoughtPlace[], mounts: readonly Mount[]) {
    this.#host = host;
    this.#mounts = mounts;
    this.#roots = places.filter(({ recursive }) => recursive).map(({ path }) => path);
    // A tree on any directory above a place may reach it.
    for (const path of places.flatMap((place) => upwards(place.path))) {
      const names = this.#near.get(parentOf(path));
      if (names === undefined) this.#near.set(parentOf(path), new Set([nameOf(path)]));
      else names.add(nameOf(path));
    }
  }

  /** Looks at what the methods below are asked of; the root is an empty text. @throws HostFailure */
  async explore(directories: ReadonlySet<string>): Promise<void> {
    for (const text of directories)
      if (!this.#seen.has(text)) this.#seen.set(text, await this.#look(absolutePath(text || '/')));
  }

  /** Whether a watch on any name in it loads, whatever stands there, now and at boot. */
  takesWatches(directory: string): boolean {
    return this.#seen.get(directory)?.takesWatches ?? false;
  }

  /** Whether a rule on `path`, in a directory that was explored, can matter. */
  isNear(path: string, directory: string): boolean {
    const near = this.#seen.get(directory)?.near ?? 'all';
    return near === 'all' || (near.size > 0 && near.has(path.slice(directory.length + 1)));
  }

  async #look(path: AbsolutePath): Promise<Outskirt> {
    const { directory, boot } = await lookUpDirectory(this.#host, path, this.#mounts);
    if (directory === undefined) return { takesWatches: false, near: NONE };
    const isInside = this.#roots.some((root) => isWithin(directory, root));
    // In /proc no name can come, so none that is absent can be watched.
    const isLate = Object.keys(boot).length > 0 || isWithin(directory, PROC);
    return {
      takesWatches: !isLate,
      near: isInside ? 'all' : (this.#near.get(directory) ?? NONE),
    };
  }
}

const NONE: ReadonlySet<string> = new Set();
