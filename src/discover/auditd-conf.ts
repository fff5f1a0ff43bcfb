/**
 * What auditd.conf decides about the log. Source: auditd.conf(5); the defaults and what a threshold
 * of 0 means: auditd-config.c and auditd-event.c, audit 3.0; what is refused: seen with 3.0.9.
 */

import type { HostReader } from '../host/host.ts';
import { absolutePath, type AbsolutePath } from '../paths.ts';
import { readText, settings } from './small-files.ts';

export const AUDITD_CONF = absolutePath('/etc/audit/auditd.conf');

const SIZE_ACTIONS = ['ignore', 'syslog', 'suspend', 'rotate', 'keep_logs'] as const;
const ERROR_ACTIONS = ['ignore', 'syslog', 'exec', 'suspend', 'single', 'halt'] as const;
const FULL_ACTIONS = [...ERROR_ACTIONS, 'rotate'] as const;
const SPACE_ACTIONS = [...FULL_ACTIONS, 'email'] as const;

/** What auditd does when a file has its full size. */
export type SizeAction = (typeof SIZE_ACTIONS)[number];
/** What it does when room gets short, is used up, or cannot be written. */
export type SpaceAction = (typeof SPACE_ACTIONS)[number];

/** Free room below which auditd acts; at 0 it never does. */
export interface Threshold {
  readonly amount: number;
  /** `%` is of the whole file system. */
  readonly unit: 'MiB' | '%';
}

export interface LogSettings {
  readonly logFile: AbsolutePath;
  readonly maxLogFileMiB: number;
  /** Below 2 there is no rotation. */
  readonly numLogs: number;
  readonly maxLogFileAction: SizeAction;
  readonly spaceLeft: Threshold;
  readonly spaceLeftAction: SpaceAction;
  readonly adminSpaceLeft: Threshold;
  readonly adminSpaceLeftAction: SpaceAction;
  readonly diskFullAction: SpaceAction;
  readonly diskErrorAction: SpaceAction;
  /** The lines by which a full log, or one that cannot be written, stops this host. */
  readonly stopsHost: readonly string[];
}

/** By name in lower case: auditd does not tell upper from lower. */
export type AuditdConf = ReadonlyMap<string, string>;

/** The file's lines; none where there is no such file or it cannot be read. */
export async function readAuditdConf(host: HostReader): Promise<AuditdConf> {
  const conf = settings(await readText(host, AUDITD_CONF));
  return new Map([...conf].map(([name, value]) => [name.toLowerCase(), value]));
}

/** The log's settings; of what auditd refuses, a note is made, and its default stands. */
export function logSettings(conf: AuditdConf): {
  readonly log: LogSettings;
  readonly notes: readonly string[];
} {
  const notes: string[] = [];
  const take = <T>(name: string, read: (value: string) => T | undefined, standard: T): T => {
    const text = conf.get(name);
    const value = text === undefined ? standard : read(text);
    if (value === undefined) notes.push(refusal(name, text ?? ''));
    return value ?? standard;
  };
  const nothing: Threshold = { amount: 0, unit: 'MiB' };
  const log = {
    logFile: take('log_file', pathOf, absolutePath('/var/log/audit/audit.log')),
    maxLogFileMiB: take('max_log_file', (text) => numberOf(text, Number.MAX_SAFE_INTEGER), 0),
    numLogs: take('num_logs', (text) => numberOf(text, 999), 0),
    maxLogFileAction: take('max_log_file_action', oneOf(SIZE_ACTIONS), 'ignore'),
    spaceLeft: take('space_left', thresholdOf, nothing),
    spaceLeftAction: take('space_left_action', oneOf(SPACE_ACTIONS), 'ignore'),
    adminSpaceLeft: take('admin_space_left', thresholdOf, nothing),
    adminSpaceLeftAction: take('admin_space_left_action', oneOf(SPACE_ACTIONS), 'ignore'),
    diskFullAction: take('disk_full_action', oneOf(FULL_ACTIONS), 'ignore'),
    diskErrorAction: take('disk_error_action', oneOf(ERROR_ACTIONS), 'syslog'),
  } as const;
  return { log: { ...log, stopsHost: stopsHost(log) }, notes };
}

/** What is quoted of a line stays short, whatever somebody wrote there. */
const QUOTED = 40;

function refusal(name: string, text: string): string {
  const value = text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
  return `${AUDITD_CONF}: auditd does not start with '${name} = ${value}'; its default is taken here`;
}

function stopsHost(log: Omit<LogSettings, 'stopsHost'>): readonly string[] {
  const actions = {
    space_left_action: actionBelow(log.spaceLeft, log.spaceLeftAction),
    admin_space_left_action: actionBelow(log.adminSpaceLeft, log.adminSpaceLeftAction),
    disk_full_action: log.diskFullAction,
    disk_error_action: log.diskErrorAction,
  };
  return Object.entries(actions).flatMap(([name, action]) =>
    action === 'halt' || action === 'single' ? [`${name} = ${action}`] : [],
  );
}

function actionBelow({ amount }: Threshold, action: SpaceAction): SpaceAction {
  return amount > 0 ? action : 'ignore';
}

function pathOf(text: string): AbsolutePath | undefined {
  return text.startsWith('/') && !text.includes('\0') ? absolutePath(text) : undefined;
}

function numberOf(text: string, most: number): number | undefined {
  const value = Number(text);
  return /^\d+$/.test(text) && value <= most ? value : undefined;
}

function thresholdOf(text: string): Threshold | undefined {
  const share = /^([1-9]\d?)%$/.exec(text)?.[1];
  if (share !== undefined) return { amount: Number(share), unit: '%' };
  const amount = numberOf(text, Number.MAX_SAFE_INTEGER);
  return amount === undefined ? undefined : { amount, unit: 'MiB' };
}

/** Of `exec /path/to/script`, the first word says it. */
function oneOf<T extends string>(words: readonly T[]): (text: string) => T | undefined {
  return (text) => {
    const [first = ''] = text.toLowerCase().split(/\s+/);
    return words.find((word) => word === first);
  };
}
