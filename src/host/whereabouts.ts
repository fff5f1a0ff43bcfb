/** The file verbs of a Host, for all hosts whose files are files of this machine. */

import type { AbsolutePath } from '../paths.ts';
import { makeDirectories, removeEmptyDirectory, removeFile, replaceFile } from './changes.ts';
import { listNames, lookAt, readFile, spaceAt } from './files.ts';
import type { Host } from './host.ts';
import { holding } from './lock.ts';

/** Where on this machine a path of the host lies. */
interface Whereabouts {
  /** What the path leads to, for the verbs that follow links. */
  readonly target: (path: AbsolutePath) => AbsolutePath;
  /** The path's own last component, for the verbs that do not. */
  readonly entry: (path: AbsolutePath) => AbsolutePath;
}

type Files = Omit<Host, 'ask' | 'run' | 'clock' | 'resolve'>;

/** `async`, so that whatever is thrown becomes a rejection. */
export function filesOf({ target, entry }: Whereabouts): Files {
  return {
    read: async (path) => readFile(target(path)),
    list: async (directory) => listNames(target(directory)),
    look: async (path) => lookAt(entry(path)),
    space: async (path) => spaceAt(target(path)),
    replace: async (path, image) => replaceFile(entry(path), image),
    remove: async (path) => removeFile(entry(path)),
    removeDirectory: async (path) => removeEmptyDirectory(entry(path)),
    makeDirectory: async (path, mode) => makeDirectories(target(path), mode),
    exclusively: async (lock, task) => holding(entry(lock), task),
  };
}
