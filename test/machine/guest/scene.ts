/** What the scenarios share: a guest from the moment after its first boot, with dockaudit installed. */

import { afterAll, beforeAll, beforeEach } from 'vitest';
import { execa } from 'execa';
import type { Said } from '../../support/hosts.ts';
import { cleanGuest, coldGuest, type Guest } from './guest.ts';
import { diskOf } from './disk.ts';
import { PROJECT } from './needs.ts';
import type { Release } from './releases.ts';

/**
 * The guest of a group of tests: clean and with dockaudit before each of them. One is booted at a time.
 * @param words for the kernel, such as `audit=0`: then it is booted for this group, and not restored
 */
export function hostOf(release: Release, words?: string): Guest {
  let guest: Guest | undefined;
  const running = (): Guest => {
    if (guest === undefined) throw new Error('a guest runs in its tests alone');
    return guest;
  };
  beforeAll(async () => {
    const disk = await diskOf(release);
    guest = await (words === undefined ? cleanGuest(disk) : coldGuest(disk, words));
    if (words !== undefined) await install(guest);
  });
  beforeEach(async () => {
    if (words !== undefined) return;
    await running().restore();
    await install(running());
  });
  afterAll(() => guest?.stop());
  return {
    run: (command, asking) => running().run(command, asking),
    reboot: () => running().reboot(),
    cutPower: () => running().cutPower(),
    restore: () => running().restore(),
    stop: () => running().stop(),
  };
}

/** The bundle as the package holds it, behind the word `dockaudit`. */
async function install(guest: Guest): Promise<void> {
  const { stdout } = await execa(
    'tar',
    ['-c', '-C', PROJECT, 'bin/dockaudit.js', 'dist/main.cjs', 'package.json'],
    { encoding: 'buffer' },
  );
  await done(
    guest,
    'mkdir -p /opt/dockaudit && tar -xC /opt/dockaudit --no-same-owner && ' +
      'ln -s /opt/dockaudit/bin/dockaudit.js /usr/local/bin/dockaudit',
    stdout,
  );
}

const PATIENCE_MS = 300_000;

/** Runs what prepares or looks; what it prints. @throws Error unless it exits 0 */
export async function done(
  guest: Guest,
  command: string,
  stdin?: Uint8Array | string,
): Promise<string> {
  const said = await guest.run(command, {
    limitMs: PATIENCE_MS,
    ...(stdin === undefined ? {} : { stdin }),
  });
  if (said.status === 0) return said.stdout;
  throw new Error(`'${command}' exited ${said.status}: ${said.stdout}${said.stderr}`);
}

/** Runs dockaudit. @throws Error unless it exits with `status`, with all that it said */
export async function dockaudit(guest: Guest, words: string, status: number): Promise<Said> {
  const said = await guest.run(`dockaudit ${words}`, { limitMs: PATIENCE_MS });
  if (said.status === status) return said;
  throw new Error(
    `'dockaudit ${words}' exited ${said.status}, not ${status}:\n${said.stdout}${said.stderr}`,
  );
}

/** What an undo has to bring back: each file of /etc/audit with its bytes and owner, and the table. */
export async function condition(guest: Guest): Promise<string> {
  return done(
    guest,
    'cd /etc/audit && find . -printf "%p %y %m %U:%G\\n" | sort && ' +
      'find . -type f | sort | xargs sha256sum && auditctl -l',
  );
}

/** `auditctl -l`; nothing for `No rules`. */
export async function table(guest: Guest): Promise<readonly string[]> {
  const lines = (await done(guest, 'auditctl -l')).trimEnd().split('\n');
  return lines[0] === 'No rules' ? [] : lines;
}

/** Who takes the events; `0` if nobody. */
export async function daemonPid(guest: Guest): Promise<string> {
  return (await done(guest, "auditctl -s | sed -n 's/^pid //p'")).trim();
}
