/** Our lines, in our file, on paper: what each open finding wants, as far as the files take it. */

import type { Facts } from '../discover/facts.ts';
import type { Finding, JudgeOptions } from '../evaluate/finding.ts';
import { openLedgers, type Ledgers } from '../evaluate/ledgers.ts';
import { agree, type Agreement, type AgreementOptions, type Aim } from './agreement.ts';
import { editFor } from './edits.ts';
import { forecastAdding, newAmong, presentState } from './forecast.ts';
import { linesFor, type Line } from './lines.ts';
import type { LiveLine } from './live-only.ts';
import { missingFrom } from './missing.ts';
import { withEdit } from './paper.ts';
import type { Edit } from './plan.ts';

export interface WriteOptions extends AgreementOptions, JudgeOptions {
  /** Name of our rules file. */
  readonly file: string | undefined;
}

/** What the lines of the open findings make of the files. */
export interface Written {
  readonly wanted: readonly Wanted[];
  /** Lines that coverage asks for. */
  readonly meant: readonly Line[];
  /** What outside judges ask for besides. */
  readonly agreed: Agreement;
  /** Both. */
  readonly lines: readonly Line[];
  readonly edit: Edit | undefined;
  /** The facts with our file written, on paper. */
  readonly edited: Facts;
}

/** Makes the lines for `aim`, and our file of them. */
export function written(facts: Facts, aim: Aim, options: WriteOptions, now: Date): Written {
  const ledgers = openLedgers(facts);
  const wanted = aim.open.map((finding) => wantedFor(finding, facts, ledgers, options));
  const meant = loadable(
    wanted.flatMap((one) => one.lines),
    facts,
  );
  const agreed = agree(aim, meant, facts, options);
  const lines = [...meant, ...agreed.lines];
  const edit = editFor(lines, facts, options.file, now);
  return { wanted, meant, agreed, lines, edit, edited: withEdit(facts, edit) };
}

/** Ours in files and kernel, whichever way they come there: only then is seen what silences them. */
export function withOurs({ wanted, lines, edited }: Written): Facts {
  const state = presentState(edited);
  if (!state) return edited;
  const ours = [...lines, ...wanted.flatMap((one) => one.live)].map(({ rule }) => rule);
  const after = forecastAdding(ours, state, edited);
  return {
    ...edited,
    running: { kind: 'known', lines: after.lines, statements: after.statements },
  };
}

/** What one finding wants. */
export interface Wanted {
  readonly lines: readonly Line[];
  readonly live: readonly LiveLine[];
  readonly notes: readonly string[];
}

/** The lines that coverage asks for, for the files and for the kernel alone. */
export function wantedFor(
  finding: Finding,
  facts: Facts,
  ledgers: Ledgers,
  options: WriteOptions,
): Wanted {
  const { required, recommended } = finding.section.control;
  const permissions = options.strict ? recommended : required;
  const missing = missingFrom(finding, facts, ledgers, permissions);
  return {
    lines: missing.targets.flatMap((target) => linesFor(finding, target, facts, options)),
    live: missing.liveOnly.flatMap(({ target, reason }) =>
      linesFor(finding, target, facts, options).map((line) => ({ ...line, reason, permissions })),
    ),
    notes: missing.unwritable.map(
      ({ target, reason }) => `${finding.section.number}: no line for ${target.path}: ${reason}`,
    ),
  };
}

/**
 * Lines that the files' own table would take: one that stands there already, or that this host's
 * auditctl refuses, would stop every load after it.
 */
function loadable(lines: readonly Line[], { persistent, world }: Facts): readonly Line[] {
  const accepted = newAmong(
    lines.map(({ rule }) => rule),
    persistent.loaded.state,
    world,
  );
  return lines.filter(({ rule }) => accepted.includes(rule));
}
