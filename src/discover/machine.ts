/** Who this machine is, and what runs its services. */

import type { HostReader } from '../host/host.ts';
import { absolutePath } from '../paths.ts';
import { readLine, readText, settings } from './small-files.ts';

/** Who this machine is. */
export interface Machine {
  readonly name: string;
  readonly machineId: string;
  readonly bootId: string;
  /** os-release: PRETTY_NAME, ID and ID_LIKE. */
  readonly distribution: {
    readonly title: string;
    readonly id: string;
    readonly like: readonly string[];
  };
  readonly architecture: string;
  readonly init: 'systemd' | 'openrc' | 'sysv' | 'none';
  /** Of this process, -1 if unset: who changed the host. */
  readonly loginuid: number;
  /** `audit=1` on the kernel's command line: then every task has an audit context. */
  readonly auditsFromBoot: boolean;
}

const FILES = {
  release: absolutePath('/etc/os-release'),
  vendorRelease: absolutePath('/usr/lib/os-release'),
  kernelName: absolutePath('/proc/sys/kernel/hostname'),
  name: absolutePath('/etc/hostname'),
  machineId: absolutePath('/etc/machine-id'),
  bootId: absolutePath('/proc/sys/kernel/random/boot_id'),
  architecture: absolutePath('/proc/sys/kernel/arch'),
  loginuid: absolutePath('/proc/self/loginuid'),
  commandLine: absolutePath('/proc/cmdline'),
};

/** What a process of Node calls the machine, in the kernel's words. */
const MACHINES: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  ia32: 'i686',
};

/** @throws HostFailure */
export async function readMachine(host: HostReader): Promise<Machine> {
  const [release, kernelName, name, machineId, bootId, architecture, loginuid, commandLine, init] =
    await Promise.all([
      readText(host, FILES.release).then((text) => text ?? readText(host, FILES.vendorRelease)),
      readLine(host, FILES.kernelName),
      readLine(host, FILES.name),
      readLine(host, FILES.machineId),
      readLine(host, FILES.bootId),
      readLine(host, FILES.architecture),
      readLine(host, FILES.loginuid),
      readLine(host, FILES.commandLine),
      readInit(host),
    ]);
  const distribution = settings(release);
  return {
    name: kernelName || name || 'unknown',
    machineId,
    bootId,
    distribution: {
      title: distribution.get('PRETTY_NAME') ?? distribution.get('NAME') ?? 'unknown Linux',
      id: distribution.get('ID') ?? 'linux',
      like: (distribution.get('ID_LIKE') ?? '').split(/\s+/).filter((word) => word !== ''),
    },
    // /proc/sys/kernel/arch came with Linux 6.1.
    architecture: architecture || (MACHINES[process.arch] ?? process.arch),
    init,
    loginuid: loginuidOf(loginuid),
    auditsFromBoot: /(?:^|\s)audit=(?:1|on)(?:\s|$)/.test(commandLine),
  };
}

/** An unset loginuid is 4294967295. Source: audit_setloginuid(3). */
function loginuidOf(text: string): number {
  const value = Number.parseInt(text, 10);
  return Number.isSafeInteger(value) && value !== 0xffff_ffff ? value : -1;
}

/** A running host says it in /run; in an image the installed programs do. */
async function readInit(host: HostReader): Promise<Machine['init']> {
  const has = async (path: string): Promise<boolean> =>
    (await host.look(absolutePath(path))) !== undefined;
  if (await has('/run/systemd/system')) return 'systemd';
  if (await has('/run/openrc')) return 'openrc';
  if (!(await has('/proc/1'))) {
    if (await has('/usr/lib/systemd/systemd')) return 'systemd';
    if (await has('/lib/systemd/systemd')) return 'systemd';
    if (await has('/sbin/openrc')) return 'openrc';
  }
  return (await has('/etc/init.d/auditd')) ? 'sysv' : 'none';
}
