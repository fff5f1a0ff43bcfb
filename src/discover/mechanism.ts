/** How rules reach the kernel when this host boots. Source: docs/mechanisms.md, audit 2.8.5 to 4.2.1. */

import type { AuditVersion } from '../audit/world.ts';
import type { Dialect } from '../audit/merge.ts';
import type { HostReader } from '../host/host.ts';
import { absolutePath, isAbsolutePath, nameOf, type AbsolutePath } from '../paths.ts';
import type { Mechanism, Programs } from './facts.ts';
import type { Machine } from './machine.ts';
import { readText, settings } from './small-files.ts';
import type { Unit } from './units.ts';

export const AUDIT_DIRECTORY = absolutePath('/etc/audit');
export const RULES_DIRECTORY = absolutePath('/etc/audit/rules.d');
const RULES_FILE = absolutePath('/etc/audit/audit.rules');

/** Units that load rules, on one distribution or another. */
export const LOADERS = ['auditd.service', 'audit-rules.service', 'augenrules.service'] as const;

/** Who loads the rules: `augenrules`, `auditctl -R` of some file, or nobody. */
type Loader =
  | { readonly kind: 'augenrules'; readonly runBy: string }
  | { readonly kind: 'auditctl'; readonly file: AbsolutePath; readonly runBy: string };

/** @throws HostFailure */
export async function readMechanism(
  host: HostReader,
  machine: Machine,
  programs: Programs,
  units: readonly Unit[],
  version: AuditVersion | undefined,
): Promise<Mechanism> {
  if (!programs.auditctl) return { kind: 'none', reason: 'auditctl is not installed' };
  const loader = await readLoader(host, machine, units);
  if (loader === undefined) return unloaded(machine, units);
  if ((await host.look(AUDIT_DIRECTORY)) && !(await host.list(AUDIT_DIRECTORY)))
    return { kind: 'none', reason: `${AUDIT_DIRECTORY} can be read by root alone` };
  const directory = await host.resolve(RULES_DIRECTORY);
  const isDirectory = directory && (await host.look(directory))?.kind === 'directory';
  const { runBy } = loader;
  const plain = (file: AbsolutePath): Mechanism => ({
    kind: 'rulesFile',
    file,
    load: [programs.auditctl ?? absolutePath('/sbin/auditctl'), '-R', file],
    runBy,
  });
  if (loader.kind === 'auditctl') return plain(loader.file);
  // Without the directory augenrules loads audit.rules as it is, and exits 1.
  if (!programs.augenrules || !isDirectory) return plain(RULES_FILE);
  return {
    kind: 'augenrules',
    rulesDirectory: RULES_DIRECTORY,
    merged: RULES_FILE,
    dialect: await readDialect(host, version),
    load: [programs.augenrules, '--load'],
    runBy,
  };
}

function unloaded(machine: Machine, units: readonly Unit[]): Mechanism {
  if (machine.init === 'none')
    return { kind: 'none', reason: 'no init system was found here that would load audit rules' };
  const nothing = `nothing loads audit rules when ${machine.init} boots this host`;
  const masked = units.find(({ load }) => load === 'masked');
  if (masked === undefined) return { kind: 'none', reason: nothing };
  return {
    kind: 'none',
    reason: `${nothing}: ${masked.name} is masked`,
    mend: `'systemctl unmask ${masked.name}', if it may run again`,
  };
}

async function readLoader(
  host: HostReader,
  machine: Machine,
  units: readonly Unit[],
): Promise<Loader | undefined> {
  if (machine.init === 'systemd') return unitLoader(units);
  if (machine.init === 'openrc') return openrcLoader(host);
  if (machine.init === 'sysv') return sysvLoader(host);
  return undefined;
}

function unitLoader(units: readonly Unit[]): Loader | undefined {
  for (const unit of units.filter(({ load }) => load === 'loaded')) {
    const commands = [...unit.commands].flatMap(([setting, lines]) =>
      setting.startsWith('ExecStart') ? lines : [],
    );
    for (const command of commands) {
      const [program = '', ...rest] = command.split(/\s+/);
      const name = program.slice(program.lastIndexOf('/') + 1);
      if (name === 'augenrules') return { kind: 'augenrules', runBy: unit.name };
      const file = rest[rest.indexOf('-R') + 1] ?? '';
      if (name === 'auditctl' && rest.includes('-R') && isAbsolutePath(file))
        return { kind: 'auditctl', file, runBy: unit.name };
    }
  }
  return undefined;
}

/** RULEFILE_STARTUP, unset: nothing is loaded. Source: auditd-init.d of Alpine's audit 4.1.2. */
async function openrcLoader(host: HostReader): Promise<Loader | undefined> {
  const file = settings(await readText(host, absolutePath('/etc/conf.d/auditd'))).get(
    'RULEFILE_STARTUP',
  );
  return file !== undefined && isAbsolutePath(file)
    ? { kind: 'auditctl', file, runBy: 'the init script auditd' }
    : undefined;
}

/** USE_AUGENRULES: Debian's script says yes unless told no, Red Hat's of EL 6 the other way. */
async function sysvLoader(host: HostReader): Promise<Loader> {
  const runBy = '/etc/init.d/auditd';
  const script = (await readText(host, absolutePath(runBy))) ?? '';
  const chosen =
    settings(await readText(host, absolutePath('/etc/default/auditd'))).get('USE_AUGENRULES') ??
    settings(await readText(host, absolutePath('/etc/sysconfig/auditd'))).get('USE_AUGENRULES');
  const redHat = script.includes('/etc/sysconfig/auditd');
  const wanted = chosen === undefined ? !redHat : !/^no$/i.test(chosen);
  return script.includes('augenrules') && wanted
    ? { kind: 'augenrules', runBy }
    : { kind: 'auditctl', file: RULES_FILE, runBy };
}

/** augenrules is a shell script: what it does depends on this host's awk and ls. */
async function readDialect(host: HostReader, version: AuditVersion | undefined): Promise<Dialect> {
  const [awk, ls] = await Promise.all(
    ['/usr/bin/awk', '/bin/ls'].map(async (path) => {
      const program = await host.resolve(absolutePath(path));
      return program ? nameOf(program) : '';
    }),
  );
  return {
    awk: awk === 'mawk' || awk === 'busybox' ? awk : 'gawk',
    ls: ls === 'busybox' ? 'busybox' : 'coreutils',
    version: version ?? [3, 0, 9],
  };
}
