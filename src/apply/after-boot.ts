/**
 * A check that systemd runs once, after the next boot: a unit, and a drop-in of multi-user.target that
 * pulls it in. Both names hold the change's id, so nothing stood there before. Sources:
 * systemd.unit(5), systemd.service(5), systemd.exec(5) of systemd 257.
 */

import type { Programs } from '../discover/facts.ts';
import { findProgram } from '../discover/programs.ts';
import type { Argv, Host } from '../host/host.ts';
import { absolutePath, isAbsolutePath, join, parentOf, type AbsolutePath } from '../paths.ts';
import type { Verdict } from '../evaluate/finding.ts';
import { encode } from '../text.ts';
import { execute } from './kernel.ts';
import { relabel } from './label.ts';

/** What is registered, and how dockaudit is started by it. */
export interface Registration {
  readonly unit: AbsolutePath;
  /** The drop-in by which the unit is started. */
  readonly pull: AbsolutePath;
  readonly program: Argv;
}

/** What was found after the boot. */
export interface Aftermath {
  /** Of that boot. */
  readonly bootId: string;
  /** Control numbers. */
  readonly kept: readonly string[];
  readonly broken: readonly {
    readonly control: string;
    readonly promised: Verdict;
    readonly now: Verdict;
    readonly reason: string;
  }[];
}

/** The hidden command. */
const AFTER_BOOT = 'after-boot';

const UNITS = absolutePath('/etc/systemd/system');
const PULLS = join(UNITS, 'multi-user.target.d');

/** @param program dockaudit with the options by which it reaches the same changes */
export function registrationFor(id: string, program: Argv): Registration {
  const name = `dockaudit-after-boot-${id}`;
  return { unit: join(UNITS, `${name}.service`), pull: join(PULLS, `${name}.conf`), program };
}

/**
 * Writes both, once systemd has shown that it can start dockaudit.
 * @throws HostFailure
 */
export async function register(
  host: Host,
  { restorecon }: Programs,
  id: string,
  registration: Registration,
): Promise<void> {
  const { unit, pull, program } = registration;
  const systemdRun = await findProgram(host, 'systemd-run');
  // SELinux, or a home that services do not see, would tell only after the boot.
  if (systemdRun)
    await execute(host, [
      systemdRun,
      '--quiet',
      '--collect',
      '--wait',
      '--service-type=oneshot',
      ...HARDENING.map((setting) => `--property=${setting}`),
      '--',
      ...[...program, AFTER_BOOT, id, '--dry-run'].map((word) => word.replaceAll('$', () => '$$')),
    ]);
  await host.makeDirectory(parentOf(pull), 0o755);
  for (const [path, text] of [
    [unit, unitText(id, registration)],
    [pull, pullText(id, unit)],
  ] as const) {
    await host.replace(path, imageOf(text, host));
    await relabel(host, restorecon, path);
  }
}

/** Takes both away, and the directory if nothing else is in it; absent is fine. @throws HostFailure */
export async function unregister(host: Host, { unit, pull }: Registration): Promise<string> {
  await host.remove(pull);
  await host.remove(unit);
  const directory = parentOf(pull);
  if ((await host.list(directory))?.length === 0) await host.removeDirectory(directory);
  return 'it is gone';
}

/**
 * Nothing that gives the service other mounts than the host has: what it judges are paths.
 * Node compiles at run time, so memory may be both written and executed.
 */
const HARDENING = [
  'NoNewPrivileges=yes',
  'CapabilityBoundingSet=CAP_AUDIT_CONTROL CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_SYS_PTRACE',
  'RestrictAddressFamilies=AF_UNIX AF_NETLINK',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'LockPersonality=yes',
  'UMask=0077',
];

function unitText(id: string, { program }: Registration): string {
  const [node, script = ''] = program;
  return [
    `# Written by dockaudit for change ${id}: looks once, after the next boot, whether it is in`,
    '# force, and removes itself. A rollback of that change removes it, too.',
    '[Unit]',
    `Description=dockaudit: whether change ${id} is in force after this boot`,
    'Documentation=man:auditctl(8)',
    'After=auditd.service audit-rules.service augenrules.service',
    ...[node, script].filter(isAbsolutePath).map((path) => `ConditionPathExists=${escaped(path)}`),
    '',
    '[Service]',
    'Type=oneshot',
    `ExecStart=${[...program, AFTER_BOOT, id].map(quoted).join(' ')}`,
    'TimeoutStartSec=300',
    ...HARDENING,
    '',
  ].join('\n');
}

function pullText(id: string, unit: AbsolutePath): string {
  const name = unit.slice(UNITS.length + 1);
  return `# Written by dockaudit for change ${id}; see ${unit}\n[Unit]\nWants=${name}\n`;
}

/** `%` begins a specifier everywhere in a unit. */
function escaped(word: string): string {
  return word.replaceAll('%', '%%');
}

function quoted(word: string): string {
  const plain = escaped(word).replaceAll('$', () => '$$');
  return /^[\w./:@%$+=,-]+$/.test(plain) ? plain : `"${plain.replace(/["\\]/g, '\\$&')}"`;
}

function imageOf(text: string, { clock }: Host) {
  return { bytes: encode(text), mode: 0o644, uid: 0, gid: 0, mtime: clock.now() };
}
