/** Paths on this machine as a person gave them: from where the person stands. */

import { absolutePath, type AbsolutePath } from '../paths.ts';

/** `text` as an absolute path. */
export function givenPath(text: string): AbsolutePath {
  return absolutePath(text.startsWith('/') ? text : `${process.cwd()}/${text}`);
}
