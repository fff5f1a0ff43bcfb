/** The words, glyphs and colours of verdicts, states and origins: the same in every text. */

import type { ChangeState } from '../apply/change.ts';
import type { Lack } from '../audit/coverage.ts';
import type { Evidence, Standing, Verdict } from '../evaluate/finding.ts';
import type { Style } from '../terminal/terminal.ts';
import { printable } from '../text.ts';
import { type Look, listed, paint } from './layout.ts';

interface VerdictWord {
  readonly word: string;
  readonly glyph: string;
  readonly look: Look;
}

export const VERDICTS: Readonly<Record<Verdict, VerdictWord>> = {
  pass: { word: 'pass', glyph: '✔', look: 'green' },
  partial: { word: 'partial', glyph: '◐', look: 'yellow' },
  fail: { word: 'fail', glyph: '✘', look: 'red' },
  pending: { word: 'pending', glyph: '◷', look: 'cyan' },
  notApplicable: { word: 'not applicable', glyph: '–', look: 'dim' },
  error: { word: 'error', glyph: '!', look: 'magenta' },
};

/** Glyph (where the terminal has it) and word, padded to `width` letters of the word. */
export function verdictWord(verdict: Verdict, style: Style, width = 0): string {
  const { word, glyph, look } = VERDICTS[verdict];
  const text = style.unicode ? `${glyph} ${word}` : word;
  return paint(style, look, text) + ' '.repeat(Math.max(0, width - word.length));
}

export const STATES: Readonly<Record<ChangeState, string>> = {
  prepared: 'unfinished, nothing written',
  written: 'unfinished, files written',
  activated: 'unfinished, rules loaded',
  unconfirmed: 'waits to be confirmed',
  kept: 'kept',
  rolledBack: 'rolled back',
  needsPerson: 'needs a person',
};

/** `/etc/audit/audit.rules:12`, `kernel #3`, `state`. */
export function originWord(origin: Evidence['origin']): string {
  switch (origin.kind) {
    case 'file':
      return printable(`${origin.file}:${origin.line}`);
    case 'kernel':
      return `kernel #${origin.index}`;
    case 'argument':
      return 'argument';
    case 'state':
      return 'state';
    default:
      return origin satisfies never;
  }
}

/** How one ledger stands, in a few words. */
export function standingWord(standing: Standing): string {
  switch (standing.kind) {
    case 'covered':
      return 'covered';
    case 'partial':
      return `partly covered: ${standing.lacks.map(lackWord).join('; ')}`;
    case 'suppressed':
      return `silenced: ${standing.reason}`;
    case 'absent':
      return 'no rule';
    case 'unknown':
      return `unknown: ${standing.reason}`;
    default:
      return standing satisfies never;
  }
}

function lackWord(lack: Lack): string {
  switch (lack.kind) {
    case 'permission':
      return `permission ${lack.permissions.join('')} is lacking`;
    case 'architecture':
      return `system calls of ${lack.architecture} are lacking`;
    case 'calls':
      return `${lack.permission} through ${lack.calls.join(', ')} is lacking`;
    case 'subtree':
      return `what lies below is lacking (${originWord(lack.by.origin)})`;
    case 'narrowed':
      return `narrowed by ${lack.field} (${originWord(lack.by.origin)})`;
    case 'silenced':
      return `silenced in part by ${originWord(lack.by.origin)}`;
    case 'fragile':
      return `${lack.reason} (${originWord(lack.by.origin)})`;
    case 'target':
      return `${lack.path} is not watched`;
    case 'boot':
      return lack.reason;
    default:
      return lack satisfies never;
  }
}

/** `1 fail, 1 pass`, the worst first. */
export function tally(verdicts: readonly Verdict[]): string {
  const order: readonly Verdict[] = [
    'error',
    'fail',
    'partial',
    'pending',
    'notApplicable',
    'pass',
  ];
  const parts = order.flatMap((verdict) => {
    const count = verdicts.filter((each) => each === verdict).length;
    return count === 0 ? [] : `${count} ${VERDICTS[verdict].word}`;
  });
  return listed(parts);
}
