/** The file verbs of a Host, for all hosts whose files are files of this machine. */

import type { AbsolutePath } from '../paths.ts';
import {
  makeDirectories,
  removeDirectory,
  removeFile,
  replaceFile,
  type Dressing,
} from './changes.ts';
import { listNames, lookAt, readFile, readPart, spaceAt } from './files.ts';
import type { FileImage, Host } from './host.ts';
import { holding } from './lock.ts';

/** Where on this machine a path of the host lies. */
interface Whereabouts {
  /** What the path leads to, for the verbs that follow links. */
  readonly target: (path: AbsolutePath) => AbsolutePath;
  /** The path's own last component, for the verbs that do not. */
  readonly entry: (path: AbsolutePath) => AbsolutePath;
}

type Files = Omit<Host, 'ask' | 'run' | 'launch' | 'clock' | 'resolve' | 'touch'>;

/** `async`, so that whatever is thrown becomes a rejection. */
export function filesOf({ target, entry }: Whereabouts): Files {
  return {
    read: async (path) => readFile(target(path)),
    readPart: async (path, from, most) => readPart(target(path), from, most),
    list: async (directory) => listNames(target(directory)),
    look: async (path) => lookAt(entry(path)),
    space: async (path) => spaceAt(target(path)),
    replace: async (path, image) => {
      const place = entry(path);
      replaceFile(place, image, await dressingFor(place, image));
    },
    remove: async (path) => removeFile(entry(path)),
    removeDirectory: async (path) => removeDirectory(entry(path)),
    makeDirectory: async (path, mode) => makeDirectories(target(path), mode),
    exclusively: async (lock, task) => holding(entry(lock), task),
  };
}

/** Programs are run only for what asks for it: a change, and no journal. */
async function dressingFor(
  path: AbsolutePath,
  { inherits = false, mtimeNs }: FileImage,
): Promise<Dressing | undefined> {
  if (!inherits && mtimeNs === undefined) return undefined;
  const { copyAttributes, setTimes } = await import('./attributes.ts');
  return {
    before: (temporary) => {
      if (inherits) copyAttributes(path, temporary);
    },
    after: (temporary) => {
      if (mtimeNs !== undefined) setTimes(temporary, mtimeNs);
    },
  };
}
