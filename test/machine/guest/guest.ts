/**
 * A virtual machine under QEMU's own emulation, which any machine has: booted, asked, rebooted, put back
 * to the moment after its first boot. Source of the processor's flags: measured, hosts §1.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import type { Said } from '../../support/hosts.ts';
import { ask, NoAnswer } from './agent.ts';
import type { Disk } from './disk.ts';
import { monitorOf, type Monitor } from './monitor.ts';

/** What may be asked beside the command itself. */
export interface Asking {
  readonly stdin?: Uint8Array | string;
  /** Default two minutes. */
  readonly limitMs?: number;
}

/** A host that runs. */
export interface Guest {
  /** As root, in a shell of its own. */
  run(command: string, asking?: Asking): Promise<Said>;
  /** As somebody types it; until it is up again. */
  reboot(): Promise<void>;
  /** As if the power had failed; until it is up again. */
  cutPower(): Promise<void>;
  /** To the moment after the first boot. A guest that was booted cold has none. */
  restore(): Promise<void>;
  stop(): Promise<void>;
}

const CLEAN = 'clean';
const BOOT_LIMIT_MS = 600_000;
const COMMAND_LIMIT_MS = 120_000;

/** As it was after its first boot; that is made if it was never made. */
export async function cleanGuest(disk: Disk): Promise<Guest> {
  const layer = join(disk.folder, 'clean.qcow2');
  const mark = join(disk.folder, CLEAN);
  if (!existsSync(mark)) {
    const first = await cold(disk, layer, '');
    await first.run('journalctl --sync; sync');
    await first.monitor.say(`savevm ${CLEAN}`);
    await first.stop();
    await execa('touch', [mark]);
  }
  const guest = await launched(disk, layer, '', ['-loadvm', CLEAN]);
  await guest.setClock();
  return guest;
}

/** Booted on a layer of its own, with words for the kernel such as `audit=0`. */
export function coldGuest(disk: Disk, words: string): Promise<Guest> {
  return cold(disk, join(disk.folder, 'cold.qcow2'), words);
}

interface Machine extends Guest {
  readonly monitor: Monitor;
  setClock(): Promise<void>;
  waitUp(before?: string): Promise<void>;
}

async function cold(disk: Disk, layer: string, words: string): Promise<Machine> {
  rmSync(layer, { force: true });
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', disk.base, layer]);
  const guest = await launched(disk, layer, words, []);
  await guest.waitUp();
  return guest;
}

async function launched(
  { folder, kernel, initrd }: Disk,
  layer: string,
  words: string,
  more: readonly string[],
): Promise<Machine> {
  // It dies with us, however we end.
  const qemu = spawn('setpriv', [
    '--pdeathsig=KILL',
    'qemu-system-x86_64',
    ...HARDWARE.split(' '),
    `-serial`,
    `file:${join(folder, 'console.log')}`,
    '-drive',
    `file=${layer},if=virtio,format=qcow2,cache=unsafe`,
    '-kernel',
    kernel,
    '-initrd',
    initrd,
    '-append',
    `${KERNEL_WORDS} ${words}`,
    ...more,
  ]);
  const monitor = await monitorOf(qemu);
  const port = Number(
    /HOST_FORWARD\S*\s+\d+\s+\S+\s+(\d+)/.exec(await monitor.say('info usernet'))?.[1],
  );

  const run = (command: string, { stdin = '', limitMs = COMMAND_LIMIT_MS }: Asking = {}) =>
    ask(port, command, { stdin: Buffer.from(stdin), limitMs });
  const bootId = async () => (await run(BOOT_ID, { limitMs: 10_000 })).stdout;
  const setClock = async () => void (await run(`date -s @${Math.floor(Date.now() / 1000)}`));
  const waitUp = async (before?: string) => {
    const until = performance.now() + BOOT_LIMIT_MS;
    while (performance.now() < until) {
      const id = await bootId().catch(ignoreSilence);
      if (id !== undefined && id !== before) {
        // "degraded" is up as well.
        await run('systemctl is-system-running --wait', { limitMs: BOOT_LIMIT_MS });
        return;
      }
      await pause(1_000);
    }
    throw new Error(`the guest did not come up: ${join(folder, 'console.log')}`);
  };
  return {
    run,
    monitor,
    setClock,
    waitUp,
    reboot: async () => {
      const before = await bootId();
      await run('systemctl reboot').catch(ignoreSilence);
      await waitUp(before);
    },
    cutPower: async () => {
      const before = await bootId();
      await monitor.reset();
      await waitUp(before);
    },
    restore: async () => {
      const trouble = await monitor.say(`loadvm ${CLEAN}`);
      if (trouble !== '') throw new Error(`cannot restore the guest: ${trouble}`);
      await setClock();
    },
    stop: async () => {
      const ended = once(qemu, 'close');
      qemu.kill();
      await ended;
    },
  };
}

/**
 * With cx16 Linux 6.12 dies of a double fault under QEMU 7.2; four levels of pages are quicker than five.
 * One processor, and no control queue of the network: on a busy machine two that wait for each other, and
 * a driver that waits for its device, were seen to stall for minutes at a reboot.
 * The guest reaches nothing, and is reached by its agent's port alone.
 */
const HARDWARE =
  '-M pc,usb=off -cpu max,-cx16,-la57 -accel tcg -m 1024 -nodefaults ' +
  '-no-user-config -display none -qmp stdio ' +
  '-netdev user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-10.0.2.15:7 ' +
  '-device virtio-net-pci,netdev=net,romfile=,ctrl_vq=off,ctrl_rx=off,ctrl_rx_extra=off,' +
  'ctrl_vlan=off,ctrl_mac_addr=off,ctrl_guest_offloads=off,guest_announce=off,mq=off';
const KERNEL_WORDS = 'root=/dev/vda rw console=ttyS0 quiet net.ifnames=0 panic=1 mitigations=off';
const BOOT_ID = 'cat /proc/sys/kernel/random/boot_id';

function ignoreSilence(error: unknown): undefined {
  if (!(error instanceof NoAnswer)) throw error;
}
