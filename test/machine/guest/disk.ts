/**
 * The disk of a guest, its kernel and initrd, made by mmdebstrap from the machine's own archive and kept
 * until the recipe changes. The kernel is booted from outside, so the guest needs no boot loader.
 */

import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { archive } from './needs.ts';
import { PACKAGES, type Release } from './releases.ts';

/** Paths of this machine. */
export interface Disk {
  readonly folder: string;
  /** Never written: guests write beside it. */
  readonly base: string;
  readonly kernel: string;
  readonly initrd: string;
}

const OVERLAY = fileURLToPath(new URL('overlay', import.meta.url));
const MAKE_FILE_SYSTEM = ['-q', '-t', 'ext4', '-E', 'lazy_itable_init=1'];
const SIZE = '8G';

/** Where disks are kept, about 1 GB each; MACHINE_DIR names another place. */
function cache(): string {
  return process.env['MACHINE_DIR'] ?? join(homedir(), '.cache', 'dockaudit-machine');
}

/** The disk of a release, built if it is not there: one to three minutes. */
export async function diskOf(release: Release): Promise<Disk> {
  const folder = join(cache(), `${release.name}-${recipeHash(release)}`);
  if (!existsSync(folder)) {
    mkdirSync(cache(), { recursive: true });
    for (const old of readdirSync(cache()))
      if (old.startsWith(`${release.name}-`)) rmSync(join(cache(), old), { recursive: true });
    const building = join(cache(), `${release.name}-building`);
    await build(release, building);
    renameSync(building, folder);
  }
  return {
    folder,
    base: join(folder, 'base.raw'),
    kernel: join(folder, 'vmlinuz'),
    initrd: join(folder, 'initrd'),
  };
}

/** Of all that a disk is made of. */
function recipeHash(release: Release): string {
  const recipe = [wordsFor(release), MAKE_FILE_SYSTEM, SIZE, process.version];
  const hash = createHash('sha256').update(JSON.stringify(recipe));
  const files = readdirSync(OVERLAY, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const path of files.toSorted())
    hash.update(path.slice(OVERLAY.length)).update(readFileSync(path));
  return hash.digest('hex').slice(0, 12);
}

function wordsFor({ name, packages }: Release): readonly string[] {
  const lay = 'cp -r --no-preserve=ownership "$OVERLAY/." "$1/"';
  const enable = 'chroot "$1" systemctl enable guest-network.service guest-agent.socket';
  // Each costs a slow processor seconds at every boot; tests start them where they want them.
  const disable =
    'chroot "$1" systemctl disable docker.service containerd.service apt-daily.timer apt-daily-upgrade.timer';
  return [
    '--mode=root',
    '--variant=minbase',
    '--components=main',
    `--include=${[...PACKAGES, ...packages].join(',')}`,
    '--aptopt=APT::Install-Recommends "false"',
    // The archive may be a frozen copy.
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--dpkgopt=force-confold',
    `--essential-hook=${lay}`,
    `--customize-hook=${lay}; ${enable}; ${disable}; : >"$1/etc/machine-id"`,
    name,
  ];
}

async function build(release: Release, folder: string): Promise<void> {
  const root = join(folder, 'root');
  mkdirSync(folder);
  await execa('mmdebstrap', [...wordsFor(release), root, await archive()], {
    env: { OVERLAY },
    stdin: 'ignore',
  });
  cpSync(process.execPath, join(root, 'usr/local/bin/node'));
  // The archive stays unnamed in the guest, which cannot reach it.
  rmSync(join(root, 'etc/apt/sources.list'), { force: true });
  rmSync(join(root, 'var/lib/apt/lists'), { recursive: true });
  for (const [file, copy] of [
    ['vmlinuz-', 'vmlinuz'],
    ['initrd.img-', 'initrd'],
  ] as const) {
    const found = readdirSync(join(root, 'boot')).find((entry) => entry.startsWith(file));
    if (found === undefined) throw new Error(`no ${file}* in /boot of ${release.name}`);
    cpSync(join(root, 'boot', found), join(folder, copy));
  }
  await execa('mke2fs', [...MAKE_FILE_SYSTEM, '-d', root, join(folder, 'base.raw'), SIZE]);
  rmSync(root, { recursive: true });
}
