/** How auditd is started, stopped and restarted here, and what a restart would hurt. */

import type { Argv, HostReader } from '../host/host.ts';
import { absolutePath } from '../paths.ts';
import { AUDITD_CONF } from './auditd-conf.ts';
import type { Consumer, Kernel, Programs, Restart } from './facts.ts';
import type { Machine } from './machine.ts';
import { readText, settings } from './small-files.ts';
import { startTime } from './start-time.ts';
import type { Unit } from './units.ts';

/** Where Red Hat's `service` finds what systemctl refuses. Source: initscripts-service of EL 9. */
const LEGACY_ACTIONS = absolutePath('/usr/libexec/initscripts/legacy-actions/auditd/restart');

type Ways = Pick<Restart, 'start' | 'restart' | 'stop'>;

/** @throws HostFailure */
export async function readRestart(
  host: HostReader,
  machine: Machine,
  programs: Programs,
  units: readonly Unit[],
  kernel: Kernel,
  consumer: Consumer,
): Promise<Restart> {
  const ways = await waysOf(host, machine, programs, units);
  return {
    ...ways,
    hurts: await hurtsOf(host, machine, units, kernel, consumer),
  };
}

async function waysOf(
  host: HostReader,
  machine: Machine,
  programs: Programs,
  units: readonly Unit[],
): Promise<Ways> {
  const { systemctl, service, rcService, auditctl } = programs;
  if (machine.init === 'systemd' && systemctl) {
    const start: readonly Argv[] = [[systemctl, 'start', 'auditd']];
    const auditd = units.find(({ name }) => name === 'auditd.service');
    if (auditd?.load !== 'loaded') return { start: [], restart: [], stop: [] };
    if (!auditd.refusesManualStop)
      return {
        start,
        restart: [[systemctl, 'restart', 'auditd']],
        stop: [[systemctl, 'stop', 'auditd']],
      };
    if (service && (await host.look(LEGACY_ACTIONS)))
      return {
        start,
        restart: [[service, 'auditd', 'restart']],
        stop: [[service, 'auditd', 'stop']],
      };
    // audit 3.0 and later; the unit refuses a stop by systemctl only.
    const stop: readonly Argv[] = auditctl ? [[auditctl, '--signal', 'TERM']] : [];
    return { start, restart: [...stop, ...start], stop };
  }
  // OpenRC's restart skips loading the rules on purpose; its stop and start do not.
  if (machine.init === 'openrc' && rcService) {
    const stop: Argv = [rcService, 'auditd', 'stop'];
    const start: Argv = [rcService, 'auditd', 'start'];
    return { start: [start], restart: [stop, start], stop: [stop] };
  }
  if (machine.init === 'sysv' && service)
    return {
      start: [[service, 'auditd', 'start']],
      restart: [[service, 'auditd', 'restart']],
      stop: [[service, 'auditd', 'stop']],
    };
  return { start: [], restart: [], stop: [] };
}

async function hurtsOf(
  host: HostReader,
  machine: Machine,
  units: readonly Unit[],
  kernel: Kernel,
  consumer: Consumer,
): Promise<readonly string[]> {
  const hurts: string[] = [];
  if (consumer.kind === 'other') hurts.push(`${consumer.name} takes the events, not auditd`);
  if (kernel.kind === 'reachable' && kernel.status.failure === 2)
    hurts.push('failure is 2: the kernel panics if events are lost while auditd is away');
  if (consumer.kind === 'auditd' && (await isConfNewer(host, consumer.pid)))
    hurts.push(
      `${AUDITD_CONF} was changed after auditd had started: a restart would put it in force`,
    );
  const hook = await stopHook(host, machine, units);
  if (hook) hurts.push(`${hook} loads audit-stop.rules when auditd stops`);
  return hurts;
}

async function stopHook(
  host: HostReader,
  machine: Machine,
  units: readonly Unit[],
): Promise<string | undefined> {
  if (machine.init === 'systemd') {
    const unit = units.find(
      ({ load, commands }) =>
        load === 'loaded' &&
        ['ExecStop', 'ExecStopPost'].some((key) =>
          commands.get(key)?.some((line) => line.includes('-R')),
        ),
    );
    return unit?.name;
  }
  if (machine.init === 'openrc') {
    const conf = settings(await readText(host, absolutePath('/etc/conf.d/auditd')));
    return ['RULEFILE_STOP_PRE', 'RULEFILE_STOP_POST'].find((key) => conf.get(key));
  }
  const script = (await readText(host, absolutePath('/etc/init.d/auditd'))) ?? '';
  if (!script.includes('audit-stop.rules')) return undefined;
  const conf = settings(await readText(host, absolutePath('/etc/default/auditd')));
  return /^no$/i.test(conf.get('AUDITD_CLEAN_STOP') ?? '') ? undefined : '/etc/init.d/auditd';
}

async function isConfNewer(host: HostReader, pid: number): Promise<boolean> {
  const [startedAt, conf] = await Promise.all([startTime(host, pid), host.look(AUDITD_CONF)]);
  return startedAt !== undefined && conf !== undefined && conf.mtime > startedAt;
}
