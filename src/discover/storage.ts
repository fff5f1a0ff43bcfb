/** Who takes the kernel's events, and where auditd keeps them. */

import type { HostReader } from '../host/host.ts';
import { absolutePath, isAbsolutePath, join, parentOf, type AbsolutePath } from '../paths.ts';
import type { Consumer, Kernel, Storage } from './facts.ts';
import { mountOf, type Mount } from './mounts.ts';
import { startTime } from './start-time.ts';
import { readLine, readText, settings } from './small-files.ts';

export const AUDITD_CONF = absolutePath('/etc/audit/auditd.conf');
const DEFAULT_LOG = absolutePath('/var/log/audit/audit.log');
const PLUGIN_DIRECTORIES = ['/etc/audit/plugins.d', '/etc/audisp/plugins.d'].map(absolutePath);

/** auditd.conf(5), with auditd's own defaults. @throws HostFailure */
export async function readStorage(host: HostReader, mounts: readonly Mount[]): Promise<Storage> {
  const conf = settings(await readText(host, AUDITD_CONF));
  const file = conf.get('log_file') ?? '';
  const logFile = isAbsolutePath(file) ? file : DEFAULT_LOG;
  return {
    logFile,
    maxLogFileMiB: Number(conf.get('max_log_file') ?? 8),
    numLogs: Number(conf.get('num_logs') ?? 5),
    maxLogFileAction: (conf.get('max_log_file_action') ?? 'ROTATE').toLowerCase(),
    diskFullAction: (conf.get('disk_full_action') ?? 'SUSPEND').toLowerCase(),
    ownMount: mountOf(parentOf(logFile), mounts)?.point === parentOf(logFile),
  };
}

/** @throws HostFailure */
export async function readConsumer(host: HostReader, kernel: Kernel): Promise<Consumer> {
  if (kernel.kind !== 'reachable' || kernel.pid <= 0) return { kind: 'none' };
  const { pid } = kernel;
  const name = await readLine(host, absolutePath(`/proc/${pid}/comm`));
  if (name !== 'auditd') return { kind: 'other', pid, name: name || `process ${pid}` };
  const [discards, started] = await Promise.all([discardReason(host), startTime(host, pid)]);
  return {
    kind: 'auditd',
    pid,
    ...(started === undefined ? {} : { startedAt: started.toISOString() }),
    ...(discards === undefined ? {} : { discards }),
  };
}

async function discardReason(host: HostReader): Promise<string | undefined> {
  const conf = settings(await readText(host, AUDITD_CONF));
  const off = (key: string): boolean => /^no$/i.test(conf.get(key) ?? '');
  if (off('local_events')) return `local_events = no in ${AUDITD_CONF}`;
  const writes = !off('write_logs') && !/^nolog$/i.test(conf.get('log_format') ?? '');
  if (writes || (await hasActivePlugin(host))) return undefined;
  return `write_logs = no in ${AUDITD_CONF}, and no plugin forwards the events`;
}

async function hasActivePlugin(host: HostReader): Promise<boolean> {
  for (const directory of PLUGIN_DIRECTORIES)
    for (const name of (await host.list(directory)) ?? [])
      if (name.endsWith('.conf') && (await isActive(host, join(directory, name)))) return true;
  return false;
}

async function isActive(host: HostReader, path: AbsolutePath): Promise<boolean> {
  return /^yes$/i.test(settings(await readText(host, path)).get('active') ?? '');
}
