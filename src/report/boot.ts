/** What a reboot would leave in force, and what the last one did, in labelled lines. */

import type { Outlook } from '../evaluate/boot.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { Aftermath } from '../verify/after-boot.ts';
import type { Row } from './layout.ts';
import { moment } from './waiting.ts';
import { VERDICTS } from './words.ts';

/** What the last boot made of the change before it. */
export interface SinceBoot extends Aftermath {
  /** Its id. */
  readonly change: string;
  /** UTC, ISO 8601. */
  readonly bootedAt?: string;
}

export interface BootReport extends Outlook {
  /** Where this host was booted since the latest change that stands. */
  readonly since?: SinceBoot;
}

/** Nothing is said of a host on which no rule could be lost. */
export function bootRows(boot: BootReport, findings: readonly Finding[]): readonly Row[] {
  const isHeld = findings.some((finding) => [finding.running, finding.persistent].some(isThere));
  return [
    ...(isHeld ? [['reboot', outlookWords(boot), ...boot.notes] as const] : []),
    ...(boot.since === undefined ? [] : [['last boot', ...sinceWords(boot.since)] as const]),
  ];
}

function isThere({ kind }: Finding['running']): boolean {
  return kind === 'covered' || kind === 'partial';
}

/** One sentence. */
export function outlookWords({ inForce, reasons }: Outlook): string {
  const why = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
  switch (inForce) {
    case 'yes':
      return 'in force after a reboot: yes';
    case 'partly':
      return `in force after a reboot: in part${why}`;
    case 'no':
      return `in force after a reboot: no${why}`;
    case 'unknown':
      return `in force after a reboot: not known${why}`;
    case 'nothingToWatch':
      return 'nothing here is to be watched';
    default:
      return inForce satisfies never;
  }
}

/** The verdict on the promises of a change, and each that is broken. */
export function sinceWords({ change, bootedAt, ...aftermath }: SinceBoot): readonly string[] {
  const boot = bootedAt === undefined ? 'the boot' : `the boot at ${moment(bootedAt)}`;
  const [first = '', ...rest] = aftermathWords(aftermath);
  return [`after ${boot} change ${change} is ${first}`, ...rest];
}

/** The same without whose promises they are. */
export function aftermathWords({ kept, broken }: Aftermath): readonly string[] {
  const held = kept.length === 0 ? '' : `as promised: ${kept.join(', ')}`;
  if (broken.length === 0) return [held || 'about controls that are not judged any more'];
  return [
    ['not as promised', ...(held === '' ? [] : [held])].join('; '),
    ...broken.map(
      ({ control, promised, now, reason }) =>
        `${control}: ${VERDICTS[promised].word} was promised, it is ${VERDICTS[now].word}: ${reason}`,
    ),
  ];
}
