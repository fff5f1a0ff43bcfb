/** Who takes the kernel's events, and where auditd keeps them. */

import type { HostReader, Space } from '../host/host.ts';
import { absolutePath, join, parentOf, type AbsolutePath } from '../paths.ts';
import { AUDITD_CONF, logSettings, readAuditdConf, type LogSettings } from './auditd-conf.ts';
import type { Consumer, Kernel } from './facts.ts';
import { mountOf, type Mount } from './mounts.ts';
import { startTime } from './start-time.ts';
import { readLine, readText, settings } from './small-files.ts';

const PLUGIN_DIRECTORIES = ['/etc/audit/plugins.d', '/etc/audisp/plugins.d'].map(absolutePath);

/** Where auditd keeps its records, and what it does when the room for them gets short. */
export interface Storage extends LogSettings {
  /** Whether the log's directory is a mount of its own. */
  readonly ownMount: boolean;
  /** Of the log's file system; absent where nobody knows, as in an image. */
  readonly space?: Space;
}

/** @param live whether the log's file system is mounted here: in an image it is not */
export async function readStorage(
  host: HostReader,
  mounts: readonly Mount[],
  live: boolean,
): Promise<{ readonly storage: Storage; readonly notes: readonly string[] }> {
  const { log, notes } = logSettings(await readAuditdConf(host));
  const directory = parentOf(log.logFile);
  const space = live ? await spaceFor(host, directory) : undefined;
  const ownMount = mountOf(directory, mounts)?.point === directory;
  return { storage: { ...log, ownMount, ...(space && { space }) }, notes };
}

/** Where the directory is not made yet, its parent's file system will hold it. */
async function spaceFor(host: HostReader, directory: AbsolutePath): Promise<Space | undefined> {
  try {
    const space = await host.space(directory);
    return space || directory === '/' ? space : await spaceFor(host, parentOf(directory));
  } catch {
    return undefined;
  }
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
  const conf = await readAuditdConf(host);
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
