/**
 * Files that auditctl refuses as a whole, whatever they say. Source: fileopt, src/auditctl.c of
 * audit 3.0.9, 3.1.2, 4.1.2 and 4.2.1, measured.
 */

import { isSince } from '../../audit/vocabulary.ts';
import type { Flaw } from './flaw.ts';
import type { Script } from './script.ts';

const WORLD_WRITABLE = 0o002;

/** What augenrules merges is written anew, as root: the owners of its sources do not count. */
export function unsafeFiles({ files, world, merging, isHosts }: Script): readonly Flaw[] {
  if (merging !== undefined) return [];
  return files.flatMap(({ path, image }) => {
    const reason = image === undefined ? undefined : refusalOf(image, world.version);
    if (reason === undefined) return [];
    return [
      {
        kind: 'unsafeFile',
        // A draft is loaded from elsewhere.
        severity: isHosts ? 'refused' : 'hint',
        at: { file: path, line: 1, column: 1 },
        text: path,
        what: `auditctl ${world.version.join('.')} will refuse the whole file where it lies: it ${reason}`,
        mend: `'chown root:root ${path} && chmod 0640 ${path}'`,
      },
    ];
  });
}

function refusalOf(
  { uid, mode }: { readonly uid: number; readonly mode: number },
  version: Script['world']['version'],
): string | undefined {
  const asksOwner = !isSince(version, [3, 1, 2]);
  const asksMode = asksOwner || isSince(version, [4, 1, 4]);
  if (asksOwner && uid !== 0) return 'is not owned by root';
  return asksMode && (mode & WORLD_WRITABLE) !== 0 ? 'may be written by anybody' : undefined;
}
