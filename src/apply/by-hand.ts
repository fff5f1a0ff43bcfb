/** The shell lines that undo a change without dockaudit: files first, then rules. */

import { argumentsOf, asHeld, deleteArgumentsOf } from '../audit/print.ts';
import type { AbsolutePath } from '../paths.ts';
import { join } from '../paths.ts';
import { shellLine } from '../shell.ts';
import type { ChangeRecord } from './change.ts';
import type { BeforeImage } from './kept-image.ts';

/** @param backup the directory of the change's before-images */
export function undoCommands(record: ChangeRecord, backup: AbsolutePath): readonly string[] {
  return [
    ...record.files.map((image) => undoFile(image, record.root, backup)),
    ...(record.afterBoot
      ? [shellLine(['rm', '-f', record.afterBoot.pull, record.afterBoot.unit])]
      : []),
    ...(record.daemon.action === 'start' ? record.daemon.stop.map(shellLine) : []),
    ...record.added.map((rule) => shellLine(['auditctl', ...deleteArgumentsOf(rule)])),
    ...[...record.removed, ...record.withdrawn].map((rule) =>
      shellLine(['auditctl', ...argumentsOf(asHeld(rule))]),
    ),
  ];
}

function undoFile({ path, before }: BeforeImage, root: AbsolutePath, backup: AbsolutePath): string {
  const target = join(root, path);
  if (before === null) return shellLine(['rm', '-f', target]);
  const { mode, uid, gid } = before;
  const owner = ['-o', String(uid), '-g', String(gid), '-m', mode.toString(8).padStart(4, '0')];
  return shellLine(['install', '-p', ...owner, join(backup, before.backup), target]);
}
