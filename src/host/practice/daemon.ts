/** Who takes the kernel's events on a practice host: a process that starts and ends. */

import { absolutePath } from '../../paths.ts';
import type { Machine } from './machine.ts';

const PID_FILE = absolutePath('/run/auditd.pid');

/** Numbers between two daemons, so that a restart is seen. */
const PID_STEP = 7;

/** Starts `name`, which takes the events from whoever has them. auditd turns auditing on. */
export function startDaemon(machine: Machine, name = 'auditd'): void {
  const { tree, state } = machine;
  const pid = state.lastPid + PID_STEP;
  tree.write(absolutePath(`/proc/${pid}/comm`), `${name}\n`);
  tree.write(absolutePath(`/proc/${pid}/stat`), statLine(pid, name, ticksOf(machine)));
  if (name === 'auditd') tree.write(PID_FILE, `${pid}\n`);
  const { status } = state.kernel;
  const kernel = { ...state.kernel, status: { ...status, enabled: status.enabled || 1 } };
  machine.state = { ...state, kernel, lastPid: pid, daemon: { name, pid } };
}

/** Ends auditd, if it runs; the kernel keeps rules and status, as Debian's unit leaves them. */
export function stopDaemon(machine: Machine): void {
  const { tree, state } = machine;
  if (!isRunning(machine)) return;
  tree.remove(absolutePath(`/proc/${state.daemon.pid}`));
  tree.remove(PID_FILE);
  machine.state = { ...state, daemon: { ...state.daemon, pid: 0 } };
}

/** Whether auditd takes the events. */
export function isRunning({ state }: Machine): boolean {
  return state.daemon.name === 'auditd' && state.daemon.pid > 0;
}

/** Hundredths of a second from the boot to now. */
function ticksOf({ tree, now }: Machine): number {
  const [, bootedAt = '0'] =
    /^btime (\d+)/m.exec(tree.text(absolutePath('/proc/stat')) ?? '') ?? [];
  return Math.max(Math.round(now().getTime() / 10) - Number(bootedAt) * 100, 0);
}

/** Source: proc(5); the twentieth after the name is the time of the start. */
function statLine(pid: number, name: string, ticks: number): string {
  const between = '0 -1 4194304 0 0 0 0 0 0 0 0 20 0 2 0';
  return `${pid} (${name}) S 1 ${pid} ${pid} ${between} ${ticks} 0 0\n`;
}
