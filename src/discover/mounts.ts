/** Mount points, and which places are missing when rules load, before sysinit.target. */

import type { HostReader } from '../host/host.ts';
import { absolutePath, isAbsolutePath, isWithin, type AbsolutePath } from '../paths.ts';
import { readText } from './small-files.ts';

export interface Mount {
  readonly point: AbsolutePath;
  readonly type: string;
  /** As in fstab(5); empty for a mount that fstab does not name. */
  readonly options: readonly string[];
  readonly readOnly: boolean;
}

const NETWORK = new Set(['nfs', 'nfs4', 'cifs', 'smb3', 'ceph', 'glusterfs', '9p', 'sshfs', 'afs']);
const LATE_OPTIONS = ['noauto', 'nofail', '_netdev', 'x-systemd.automount'];

/** What is mounted now, with fstab's options. @throws HostFailure */
export async function readMounts(host: HostReader): Promise<readonly Mount[]> {
  const [now, fstab] = await Promise.all([
    readText(host, absolutePath('/proc/self/mountinfo')),
    readText(host, absolutePath('/etc/fstab')),
  ]);
  const wanted = parseFstab(fstab ?? '');
  const options = new Map(wanted.map((mount) => [mount.point, mount.options]));
  const mounted = parseMountinfo(now ?? '').map((mount) => ({
    ...mount,
    options: options.get(mount.point) ?? [],
  }));
  return mounted.length > 0 ? mounted : wanted;
}

/** `36 35 98:0 /root /mount opts - type source super`. Source: proc(5). */
function parseMountinfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , , where = '', flags = ''] = before.split(' ');
    const [type = '', , superFlags = ''] = after.split(' ');
    const point = unescapeOctal(where);
    const readOnly = `${flags},${superFlags}`.split(',').includes('ro');
    return isAbsolutePath(point) ? [{ point, type, options: [], readOnly }] : [];
  });
}

function parseFstab(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [source = '', point = '', type = '', options = ''] = line.trim().split(/\s+/);
    const path = unescapeOctal(point);
    if (source.startsWith('#') || !isAbsolutePath(path)) return [];
    return [{ point: path, type, options: options.split(','), readOnly: false }];
  });
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** The mount that holds `path`; of several at one point, the last. */
export function mountOf(path: AbsolutePath, mounts: readonly Mount[]): Mount | undefined {
  return mounts
    .filter(({ point }) => isWithin(path, point))
    .reduce<Mount | undefined>(
      (best, mount) => (best && best.point.length > mount.point.length ? best : mount),
      undefined,
    );
}

/** Whether `path` can be looked at without a network: a server that is away would hold us up. */
export function isLocal(path: AbsolutePath, mounts: readonly Mount[]): boolean {
  const mount = mountOf(path, mounts);
  return mount === undefined || !isRemote(mount);
}

function isRemote({ type }: Mount): boolean {
  return NETWORK.has(type) || type === 'autofs' || type.startsWith('fuse');
}

const RUN = absolutePath('/run');

/** Why nothing stands at a place of `directory` when rules load, though the directory is there. */
export function emptyAtBoot(directory: AbsolutePath, mounts: readonly Mount[]): string | undefined {
  if (directory === RUN) return 'what lies in /run is made anew after the rules are loaded';
  const mount = mountOf(directory, mounts);
  return mount?.type === 'tmpfs' && mount.point === directory && directory !== '/'
    ? `${directory} is a tmpfs that is empty when the host boots`
    : undefined;
}

/**
 * Why `directory` is not there yet when auditd loads its rules; undefined if it is.
 * Source: auditd.service is After=local-fs.target and Before=sysinit.target (audit 3.0 to 4.2).
 */
export function missingAtBoot(
  directory: AbsolutePath,
  mounts: readonly Mount[],
): string | undefined {
  if (isWithin(directory, RUN) && directory !== RUN)
    return `${directory} is made anew by a service after the rules are loaded`;
  if (isWithin(directory, absolutePath('/snap')))
    return `${directory} is mounted by snapd after the rules are loaded`;
  const mount = mountOf(directory, mounts);
  if (!mount) return undefined;
  if (isRemote(mount))
    return `${mount.point} (${mount.type}) is mounted after the rules are loaded`;
  const late = LATE_OPTIONS.find((option) =>
    mount.options.some((one) => one === option || one.startsWith(`${option}=`)),
  );
  if (late) return `${mount.point} (${late} in /etc/fstab) need not be mounted when rules load`;
  if (mount.type === 'tmpfs' && mount.point !== directory && mount.point !== '/')
    return `${directory} is on a tmpfs that is empty when the host boots`;
  return undefined;
}
