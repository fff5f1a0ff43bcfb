/** What became of a change that was cut off, in a sentence each: what was found, and what was done. */

import type { Change, ChangeState } from '../apply/change.ts';
import type { Side, Stand } from '../apply/stand.ts';
import type { Style } from '../terminal/terminal.ts';
import { printable } from '../text.ts';
import { wrap } from './layout.ts';
import type { Recovered, RecoveryReport } from './report.ts';

/** What goes on once the journal has come so far. */
const THEN: Readonly<Record<ChangeState, string>> = {
  prepared: 'was cut off while its files were written',
  written: 'was cut off while its rules were loaded',
  activated: 'was cut off while it was proven',
  undoing: 'was cut off while it was undone',
  needsPerson: 'was undone only in part',
  unconfirmed: 'waits to be confirmed',
  kept: 'is kept',
  rolledBack: 'is rolled back',
};

const SIDES: Readonly<Record<Exclude<Side, 'both'>, string>> = {
  before: 'as before it',
  after: 'as it promised',
  neither: 'neither as before it nor as it promised',
};

/** `Change ID of 2026-11-22 03:01:12 UTC was cut off while …: files and kernel are as before it.` */
export function describeInterruption({ record, state }: Change, stand: Stand): string {
  const when = record.time.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
  return printable(`Change ${record.id} of ${when} ${THEN[state]}: ${standText(stand)}.`);
}

function standText({ files, table, isBooted }: Stand): string {
  const booted = isBooted ? '; the host was booted since' : '';
  if (files === 'both' && (table ?? 'both') === 'both') return `nothing of it is there${booted}`;
  if (files === table && files !== 'both') return `files and kernel are ${SIDES[files]}${booted}`;
  return `${[
    ...(files === 'both' ? [] : [`the files are ${SIDES[files]}`]),
    ...(table === undefined || table === 'both' ? [] : [`the kernel is ${SIDES[table]}`]),
  ].join(', ')}${booted}`;
}

/** What was done about it. */
export function describeRecovered({ to, isLocked, stand }: Recovered): string {
  if (to === undefined) return 'Nothing was changed.';
  const what = stand.table === undefined ? 'The files are' : 'Files and kernel are';
  if (to === 'after') return `${what} as it promised: it is kept.`;
  if (isLocked === true)
    return 'The files are as before it, and it is rolled back; the kernel is immutable until the next boot.';
  return stand.isBooted || stand.strangers.length > 0
    ? 'The files are as before it, and its rules are out of the kernel: it is rolled back.'
    : `${what} as before it: it is rolled back.`;
}

/** The report of `recover`. */
export function describeRecovery({ recovered }: RecoveryReport, style: Style): string {
  if (recovered.length === 0) return 'No change is unfinished: there is nothing to recover.';
  return recovered
    .flatMap((one) => [describeInterruption(one.interrupted, one.stand), describeRecovered(one)])
    .map((sentence) => wrap(sentence, style))
    .join('\n');
}
