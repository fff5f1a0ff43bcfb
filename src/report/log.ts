/** Where the events go and what happens when there is no more room, in words: auditd.conf(5). */

import type { SpaceAction, Threshold } from '../discover/auditd-conf.ts';
import type { Storage } from '../discover/storage.ts';
import type { Space } from '../host/host.ts';
import type { Row } from './layout.ts';
import type { HostFacts } from './report.ts';

const MIB = 1024 ** 2;
/** Six records. Source: docs/noise.md. */
const EVENT_BYTES = 1100;

/** What auditd then does. Source: auditd-event.c, audit 3.0. */
const ACTIONS: Readonly<Record<SpaceAction, string>> = {
  ignore: 'auditd does nothing about it',
  syslog: 'auditd warns in syslog',
  rotate: 'auditd gives up the oldest file',
  email: 'auditd warns by mail and in syslog',
  exec: 'auditd runs a program, and records nothing until it is told to resume',
  suspend: 'auditd records nothing until it is told to resume',
  single: 'auditd takes this host to single-user mode',
  halt: 'auditd halts this host',
};

/** The log's size, its room, and what becomes of it: labelled lines. */
export function logRows({
  storage,
  consumer,
}: Pick<HostFacts, 'storage' | 'consumer'>): readonly Row[] {
  const low = [
    ...lowText(storage.spaceLeft, storage.spaceLeftAction),
    ...lowText(storage.adminSpaceLeft, storage.adminSpaceLeftAction),
  ];
  return [
    ['log', `${storage.logFile}: ${sizeText(storage)}`],
    ['room', roomText(storage)],
    ...(low.length > 0 ? [['low room', low.join('; ')] as const] : []),
    ...diskRows(storage),
    ...(consumer.kind === 'other'
      ? [['but', `${consumer.name} takes the events now: this is what auditd would do`] as const]
      : []),
  ];
}

function diskRows({ diskFullAction, diskErrorAction }: Storage): readonly Row[] {
  if (diskFullAction === diskErrorAction)
    return [['full disk', `${diskText(diskFullAction)}; after an error of the disk, too`]];
  return [
    ['full disk', diskText(diskFullAction)],
    ['disk error', diskText(diskErrorAction)],
  ];
}

/** What auditd goes on to write, it cannot write. */
function diskText(action: SpaceAction): string {
  const goesOn = action === 'ignore' || action === 'syslog';
  return goesOn ? `${ACTIONS[action]}, and events are lost` : ACTIONS[action];
}

function sizeText({ maxLogFileAction, maxLogFileMiB, numLogs }: Storage): string {
  const size = `${maxLogFileMiB} MiB`;
  switch (maxLogFileAction) {
    case 'rotate':
      return numLogs < 2
        ? `one file that grows until the disk is full (num_logs = ${numLogs}: no rotation)`
        : `${numLogs} files of ${size}, ${numLogs * maxLogFileMiB} MiB in all ` +
            `(${events(numLogs * maxLogFileMiB * MIB)}); then the oldest is overwritten`;
    case 'keep_logs':
      return `files of ${size}, and none is ever deleted (keep_logs)`;
    case 'suspend':
      return `one file of ${size} (${events(maxLogFileMiB * MIB)}); then ${ACTIONS.suspend}`;
    case 'syslog':
      return `one file that grows until the disk is full; from ${size} on ${ACTIONS.syslog}`;
    case 'ignore':
      return 'one file that grows until the disk is full';
    default:
      return maxLogFileAction satisfies never;
  }
}

function roomText(storage: Storage): string {
  const { logFile, ownMount, space } = storage;
  const directory = logFile.slice(0, Math.max(logFile.lastIndexOf('/'), 0));
  const shared = ownMount
    ? `${directory}/ is a mount of its own`
    : `${directory}/ shares its file system with other files`;
  if (space === undefined) return `not known here; ${shared}`;
  const short = isShort(storage, space) ? ', less than the log may take in all' : '';
  return (
    `${bytesText(space.freeBytes)} of ${bytesText(space.totalBytes)} free ` +
    `(${events(space.freeBytes)})${short}; ${shared}`
  );
}

function isShort({ maxLogFileAction, maxLogFileMiB, numLogs }: Storage, space: Space): boolean {
  const files = maxLogFileAction === 'rotate' ? numLogs : 1;
  return maxLogFileMiB * files * MIB > space.freeBytes;
}

function lowText({ amount, unit }: Threshold, action: SpaceAction): readonly string[] {
  return amount === 0 ? [] : [`below ${amount} ${unit} ${ACTIONS[action]}`];
}

function events(bytes: number): string {
  const count = Number(Math.floor(bytes / EVENT_BYTES).toPrecision(2));
  return `about ${count.toLocaleString('en-US')} events`;
}

function bytesText(bytes: number): string {
  const mebibytes = bytes / MIB;
  return mebibytes < 1024 ? `${Math.floor(mebibytes)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}
