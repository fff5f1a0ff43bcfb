/** What this machine needs to build and run guests; where something lacks, one sentence says what. */

import { accessSync, constants, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** Programs, and the packages of Debian that bring them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  mmdebstrap: 'mmdebstrap',
  mke2fs: 'e2fsprogs',
  setpriv: 'util-linux',
  tar: 'tar',
};

export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

/** @throws Error where guests cannot run; the tests never skip */
export async function requireFitMachine(): Promise<void> {
  if (process.getuid?.() !== 0) refuse('building a guest needs root');
  if (process.arch !== 'x64') refuse(`guests are x86-64, and this is ${process.arch}`);
  const missing = Object.entries(PROGRAMS).filter(([program]) => !isOnPath(program));
  if (missing.length > 0)
    refuse(
      `${missing.map(([program]) => program).join(', ')} missing; apt-get install ` +
        missing.map(([, name]) => name).join(' '),
    );
  if (!existsSync(`${PROJECT}dist/main.cjs`)) refuse('dist/main.cjs is missing: npm run build');
  await archive();
}

/** The archive that this machine's own apt uses: no address stands in the project. */
export async function archive(): Promise<string> {
  const { stdout } = await execa(
    'apt-get',
    ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages', 'Label: Debian'],
    { reject: false },
  );
  return (
    stdout.split('\n').find((line) => line !== '') ??
    refuse('apt knows no archive of Debian: apt-get update')
  );
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => {
    try {
      accessSync(`${folder}/${program}`, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function refuse(why: string): never {
  throw new Error(`cannot test in virtual machines here: ${why}`);
}
