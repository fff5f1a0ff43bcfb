/** What decides, beside the files, whether rules are in force and events are taken after a boot. */

import type { HostReader } from '../host/host.ts';
import { absolutePath } from '../paths.ts';
import type { Mechanism } from './facts.ts';
import { isFirstBoot, whyIdle } from './idle.ts';
import { offWord, readKernelLines, type KernelLines } from './kernel-line.ts';
import type { Machine } from './machine.ts';
import { readText } from './small-files.ts';
import type { Unit } from './units.ts';

/** Hands each event to the journal, too. */
export const JOURNAL_SOCKET = 'systemd-journald-audit.socket';

const DAEMON = 'auditd.service';

export interface Boot {
  readonly kernelLines: KernelLines;
  /** Why nothing loads the rules when this host boots, if so. */
  readonly rulesIdle?: string;
  /** Why auditd does not start then, if so. */
  readonly daemonIdle?: string;
  /** Whether presets decide about both: an image that never booted. */
  readonly isFirst: boolean;
  /** Whether auditd stays stopped where a rule does not load: audit 4.0. */
  readonly daemonNeedsRules: boolean;
  /** Whether systemd-journald is started to read events, too. */
  readonly hasJournal: boolean;
  /** UTC, ISO 8601; absent in an image. */
  readonly bootedAt?: string;
}

/** @param units those that load rules, and {@link JOURNAL_SOCKET} @throws HostFailure */
export async function readBoot(
  host: HostReader,
  machine: Machine,
  units: readonly Unit[],
  mechanism: Mechanism,
): Promise<Boot> {
  const lines = await readKernelLines(host);
  const why = (name: string) => whyIdle(host, machine, units, name, lines);
  const loader = mechanism.kind === 'none' ? undefined : mechanism.runBy;
  const [rules, daemon, stat] = await Promise.all([
    loader === undefined ? undefined : why(loader),
    why(DAEMON),
    readText(host, absolutePath('/proc/stat')),
  ]);
  const off = switchedOff(lines);
  const rulesIdle = off ?? (rules && `${rules}: nothing loads the rules when this host boots`);
  const daemonIdle = off ?? (daemon && `${daemon}: auditd does not start when this host boots`);
  const journal = units.find(({ name }) => name === JOURNAL_SOCKET);
  const btime = /^btime (\d{1,11})$/m.exec(stat ?? '')?.[1];
  return {
    kernelLines: lines,
    ...(rulesIdle === undefined ? {} : { rulesIdle }),
    ...(daemonIdle === undefined ? {} : { daemonIdle }),
    isFirst: machine.init === 'systemd' && isFirstBoot(machine.machineId),
    daemonNeedsRules: units.some(
      ({ name, requires }) => name === DAEMON && loader !== undefined && requires.includes(loader),
    ),
    hasJournal:
      machine.init === 'systemd' && journal?.load === 'loaded' && journal.pulledBy.length > 0,
    ...(btime === undefined ? {} : { bootedAt: new Date(Number(btime) * 1000).toISOString() }),
  };
}

/** Of a kernel that runs without auditing now, the judge says so; here is the next one's. */
function switchedOff({ next }: KernelLines): string | undefined {
  const word = next && offWord(next);
  return next && word
    ? `${next.where} boots the kernel with ${word}: it audits nothing then`
    : undefined;
}
