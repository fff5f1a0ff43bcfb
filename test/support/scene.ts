/** A directory with all that a path can lead to: what random rules name, and what events are on. */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from '../../src/text.ts';

const DIRECTORIES = ['dir', 'dir/inner', 'usr', 'usr/lib', 'dir/\udce9'];
const FILES = ['file', 'dir/file', 'dir/.hidden', 'usr/lib/x', 'é', 'sp ace', 'back\\slash', 'k\r'];
const LINKS: Readonly<Record<string, string>> = {
  link: 'file',
  dirlink: 'dir',
  dangling: 'nowhere/at/all',
  loop: 'loop',
  lib: 'usr/lib',
};

/** Makes it below `parent`, and says where. */
export function makeScene(parent: string): string {
  const root = mkdtempSync(join(parent, 'dockaudit-scene-'));
  chmodSync(root, 0o755);
  const at = (name: string): Buffer => Buffer.from(encode(join(root, name)));
  for (const name of DIRECTORIES) mkdirSync(at(name));
  for (const name of FILES) writeFileSync(at(name), '');
  for (const [name, target] of Object.entries(LINKS)) symlinkSync(target, join(root, name));
  execFileSync('mkfifo', [join(root, 'fifo')]);
  return root;
}
