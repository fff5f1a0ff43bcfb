/** Makes the plan, carries it out on paper, and keeps only what the judge then finds mended. */

import { coverageOf } from '../audit/covers.ts';
import type { Rule } from '../audit/rule.ts';
import type { Facts } from '../discover/facts.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Finding, JudgeOptions } from '../evaluate/finding.ts';
import { openLedgers, type Ledgers } from '../evaluate/ledgers.ts';
import { chooseWay, type ActivationOptions, type Way } from './activation.ts';
import { findBlockers, warnings } from './blockers.ts';
import { editFor, pathOfOurs } from './edits.ts';
import { fingerprint } from './fingerprint.ts';
import { newAmong, presentState } from './forecast.ts';
import { linesFor, type Line, type LineOptions } from './lines.ts';
import { addLiveOnly, type LiveLine } from './live-only.ts';
import { missingFrom } from './missing.ts';
import { noiseNotes, tooLoud, watchesOf } from './noise.ts';
import { withEdit, withKernel } from './paper.ts';
import type { LeftOut, Plan } from './plan.ts';
import { previewOf, touchedBy } from './preview.ts';
import { blockedPlan, isBetter, leftOutOf } from './unmended.ts';

export interface PlanOptions extends LineOptions, ActivationOptions, JudgeOptions {
  /** Name of our rules file. */
  readonly file: string | undefined;
  /** Write also what may fill the log of a host that stops then. */
  readonly acceptNoise: boolean;
}

/** Findings that a change could mend. */
export function isOpen(finding: Finding): boolean {
  return finding.verdict === 'fail' || finding.verdict === 'partial';
}

/** @param chosen control numbers; findings that are not open are never touched */
export function makePlan(
  facts: Facts,
  findings: readonly Finding[],
  chosen: readonly string[],
  options: PlanOptions,
  now: Date,
): Plan {
  const inputs = fingerprint(facts, options);
  const open = findings.filter(
    (finding) => isOpen(finding) && chosen.includes(finding.section.number),
  );
  const blockers = open.length > 0 ? findBlockers(facts, pathOfOurs(facts, options.file)) : [];
  if (blockers.length > 0) return blockedPlan(blockers, facts, inputs);

  const ledgers = openLedgers(facts);
  const leftOut: LeftOut[] = options.acceptNoise
    ? []
    : open.flatMap((finding) =>
        tooLoud(finding, linesOf(finding, facts, ledgers, options).lines, facts),
      );
  const rest = (): readonly Finding[] =>
    open.filter(({ section }) => !leftOut.some(({ control }) => control === section.number));
  let draft = rehearse(facts, ledgers, rest(), options, now);
  // A control that stays as it is costs the host nothing: its lines are not written.
  while (draft.unmended.length > 0) {
    leftOut.push(...draft.unmended);
    draft = rehearse(facts, ledgers, rest(), options, now);
  }
  return { ...draft.plan, leftOut, inputs };
}

interface Draft {
  readonly plan: Omit<Plan, 'leftOut' | 'inputs'>;
  readonly unmended: readonly LeftOut[];
}

function rehearse(
  facts: Facts,
  ledgers: Ledgers,
  open: readonly Finding[],
  options: PlanOptions,
  now: Date,
): Draft {
  const wanted = open.map((finding) => linesOf(finding, facts, ledgers, options));
  const lines = loadable(
    wanted.flatMap((one) => one.lines),
    facts,
  );
  const edit = editFor(lines, facts, options.file, now);
  const edited = withEdit(facts, edit);
  const sections = open.map(({ section }) => section);
  const ours = [...lines.map(({ rule }) => rule), ...standingRules(open, lines, edited, options)];
  const chosen: Way = chooseWay(edited, ours, edit !== undefined, options);
  const late = wanted.flatMap((one) => one.live);
  const { way, liveOnly, rules: lateRules } = addLiveOnly(chosen, late, edited);
  const after = withKernel(edited, way);
  const judged = evaluate(sections, after, options);
  const present = presentState(facts);
  const watches = watchesOf(lines, open, facts.world);
  return {
    plan: {
      edits: edit ? [edit] : [],
      watches,
      preview: open.length > 0 ? previewOf(facts, edited, way) : [],
      activation: open.length > 0 ? way.activation : { kind: 'none', reason: 'nothing to mend' },
      daemon: open.length > 0 ? way.daemon : { kind: 'leave', reason: 'nothing to mend' },
      liveOnly,
      promises: judged.map(({ section, verdict }) => ({ control: section.number, verdict })),
      blockers: [],
      added:
        present && way.activation.kind !== 'reboot'
          ? newAmong([...ours, ...lateRules], present, facts.world)
          : [],
      touches: open.length > 0 ? touchedBy(edit, facts, way) : [],
      notes: [
        ...(open.length > 0 ? [...way.notes, ...warnings(facts)] : []),
        ...wanted.flatMap((one) => one.notes),
        ...noiseNotes(watches, facts.storage),
      ],
    },
    unmended: open.flatMap((finding, index) => {
      const then = judged[index];
      if (!then || isBetter(then, finding)) return [];
      const notes = wanted[index]?.notes ?? [];
      return [leftOutOf(finding, then, notes)];
    }),
  };
}

interface Wanted {
  readonly lines: readonly Line[];
  readonly live: readonly LiveLine[];
  readonly notes: readonly string[];
}

function linesOf(finding: Finding, facts: Facts, ledgers: Ledgers, options: PlanOptions): Wanted {
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

/** Rules of others on which the chosen controls rest where no line of ours is needed. */
function standingRules(
  open: readonly Finding[],
  lines: readonly Line[],
  edited: Facts,
  { strict }: JudgeOptions,
): readonly Rule[] {
  const { loaded } = openLedgers(edited);
  const by = open.flatMap(({ section, targets }) => {
    const permissions = strict ? section.control.recommended : section.control.required;
    const standing = targets.filter((one) => !lines.some(({ target }) => target.path === one.path));
    return standing.flatMap(({ path, recursive }) => {
      const coverage = coverageOf({ place: path, permissions, recursive }, loaded);
      return coverage.kind === 'covered' || coverage.kind === 'partial' ? coverage.by : [];
    });
  });
  return by.flatMap((statement) => (statement.kind === 'rule' ? [statement.rule] : []));
}
