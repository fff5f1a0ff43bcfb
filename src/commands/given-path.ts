/** Paths on this machine as a person gave them: from where the person stands. */

import { HostFailure, UsageFailure } from '../errors.ts';
import { absolutePath, type AbsolutePath } from '../paths.ts';

/**
 * `text` as an absolute path.
 * @throws UsageFailure if no path can be so; HostFailure if the person stands nowhere
 */
export function givenPath(text: string): AbsolutePath {
  if (text.includes('\0'))
    throw new UsageFailure(`no file can be named '${text}'`, 'it holds a NUL byte');
  return absolutePath(text.startsWith('/') ? text : `${here()}/${text}`);
}

function here(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new HostFailure(
      'cannot tell where you are: the directory is gone',
      'go to one that is there, or begin the path with /',
      'ENOENT',
      cause,
    );
  }
}
