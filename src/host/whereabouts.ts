/** The file verbs of a Host, for all hosts whose files are files of this machine. */

import type { AbsolutePath } from '../paths.ts';
import {
  makeDirectories,
  removeDirectory,
  removeFile,
  replaceFile,
  type Dressing,
} from './changes.ts';
import { listNames, lookAt, readFile, readPart, spaceAt, type Hold } from './files.ts';
import type { FileImage, Host } from './host.ts';
import { sweep } from './leavings.ts';
import { holding } from './lock.ts';

/** Where on this machine a path of the host lies. */
interface Whereabouts {
  /** What the path leads to, for the verbs that follow links. */
  readonly target: (path: AbsolutePath) => AbsolutePath;
  /** The path's own last component, for the verbs that do not. */
  readonly entry: (path: AbsolutePath) => AbsolutePath;
  /** How what a target, and an entry, is now stays the same while it is worked at. */
  readonly hold: { readonly target: Hold; readonly entry: Hold };
}

type Files = Omit<Host, 'ask' | 'run' | 'launch' | 'clock' | 'resolve' | 'touch'>;

/** `async`, so that whatever is thrown becomes a rejection. */
export function filesOf({ target, entry, hold }: Whereabouts): Files {
  return {
    read: async (path) => readFile(target(path), hold.target),
    readPart: async (path, from, most) => readPart(target(path), from, most, hold.target),
    list: async (directory) => listNames(target(directory), hold.target),
    look: async (path) => lookAt(entry(path), hold.entry),
    space: async (path) => spaceAt(target(path), hold.target),
    replace: async (path, image) => {
      const dressing = await dressingFor(image);
      replaceFile(entry(path), image, dressing, hold.entry);
    },
    remove: async (path) => removeFile(entry(path), hold.entry),
    removeDirectory: async (path) => removeDirectory(entry(path), hold.entry),
    sweep: async (directory) => sweep(target(directory), hold.target),
    makeDirectory: async (path, mode) => makeDirectories(target(path), mode, hold.entry),
    exclusively: async (lock, task) => holding(entry(lock), task),
  };
}

/** Programs are run only for what asks for it: a change, and no journal. */
async function dressingFor({
  inherits = false,
  mtimeNs,
}: FileImage): Promise<Dressing | undefined> {
  if (!inherits && mtimeNs === undefined) return undefined;
  const { copyAttributes, setTimes } = await import('./attributes.ts');
  return {
    before: (fd, replaced) => {
      if (inherits) copyAttributes(replaced, fd);
    },
    after: (fd) => {
      if (mtimeNs !== undefined) setTimes(fd, mtimeNs);
    },
  };
}
