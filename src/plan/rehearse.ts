/** Makes the plan, carries it out on paper, and keeps only what the judge then finds mended. */

import type { Facts } from '../discover/facts.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { isBetterVerdict, type Finding, type JudgeOptions } from '../evaluate/finding.ts';
import { agree, type AgreementOptions } from './agreement.ts';
import { chooseWay, type ActivationOptions, type Way } from './activation.ts';
import { findBlockers, warnings } from './blockers.ts';
import { editFor, pathOfOurs } from './edits.ts';
import { fingerprint } from './fingerprint.ts';
import { newAmong, presentState } from './forecast.ts';
import { linesFor, type Line } from './lines.ts';
import { missingFrom } from './missing.ts';
import { withEdit, withKernel } from './paper.ts';
import type { Blocker, LeftOut, Plan, Promised } from './plan.ts';
import { previewOf, touchedBy } from './preview.ts';
import { standingRules } from './standing.ts';

export interface PlanOptions extends AgreementOptions, ActivationOptions, JudgeOptions {
  /** Name of our rules file. */
  readonly file: string | undefined;
}

/** Findings that a change could mend. */
export function isOpen(finding: Finding): boolean {
  return finding.verdict === 'fail' || finding.verdict === 'partial';
}

/** Findings that pass, and do not pass by the book's command as far as that is known. */
function isShort({ verdict, procedure }: Finding): boolean {
  return verdict === 'pass' && (procedure?.verdict ?? 'fail') === 'fail';
}

/**
 * @param chosen control numbers; findings that are not open are never touched, unless they pass by
 *   meaning only and `--procedure` asks for both
 */
export function makePlan(
  facts: Facts,
  findings: readonly Finding[],
  chosen: readonly string[],
  options: PlanOptions,
  now: Date,
): Plan {
  const inputs = fingerprint(facts, options);
  const asked = findings.filter(({ section }) => chosen.includes(section.number));
  const open = asked.filter(isOpen);
  const short = options.procedure ? asked.filter(isShort) : [];
  const { served } = agree([], short, [], facts, options);
  const blockers =
    open.length + served.length > 0 ? findBlockers(facts, pathOfOurs(facts, options.file)) : [];
  if (blockers.length > 0) return blocked(blockers, facts, inputs);

  let draft = rehearse(facts, open, short, options, now);
  const leftOut: LeftOut[] = [];
  // A control that stays as it is costs the host nothing: its lines are not written.
  for (let rest = open; draft.unmended.length > 0;) {
    leftOut.push(...draft.unmended);
    rest = rest.filter(({ section }) => !leftOut.some(({ control }) => control === section.number));
    draft = rehearse(facts, rest, short, options, now);
  }
  return { ...draft.plan, leftOut, inputs };
}

interface Draft {
  readonly plan: Omit<Plan, 'leftOut' | 'inputs'>;
  readonly unmended: readonly LeftOut[];
}

function rehearse(
  facts: Facts,
  open: readonly Finding[],
  short: readonly Finding[],
  options: PlanOptions,
  now: Date,
): Draft {
  const wanted = open.map((finding) => linesOf(finding, facts, options));
  const meant = loadable(
    wanted.flatMap((one) => one.lines),
    facts,
  );
  const agreed = agree(open, short, meant, facts, options);
  const lines = [...meant, ...agreed.lines];
  const edit = editFor(lines, facts, options.file, now);
  const edited = withEdit(facts, edit);
  const ours = [
    ...lines.map(({ rule }) => rule),
    ...standingRules(open, meant, edited, options),
    ...agreed.rules,
  ];
  const way: Way = chooseWay(edited, ours, edit !== undefined, options);
  const served = short.filter(({ section }) => agreed.served.includes(section.number));
  const isIdle = open.length + served.length === 0;
  const sections = [...open, ...served].map(({ section }) => section);
  const judged = evaluate(sections, withKernel(edited, way), options);
  const present = presentState(facts);
  const nothing = 'nothing to mend';
  return {
    plan: {
      edits: edit ? [edit] : [],
      preview: isIdle ? [] : previewOf(facts, edited, way),
      activation: isIdle ? { kind: 'none', reason: nothing } : way.activation,
      daemon: isIdle ? { kind: 'leave', reason: nothing } : way.daemon,
      promises: judged.map((finding) => promiseOf(finding, options)),
      blockers: [],
      added:
        present && way.activation.kind !== 'reboot' ? newAmong(ours, present, facts.world) : [],
      touches: isIdle ? [] : touchedBy(edit, facts, way),
      notes: [
        ...(isIdle ? [] : [...way.notes, ...warnings(facts)]),
        ...wanted.flatMap((one) => one.notes),
        ...agreed.notes,
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

function promiseOf({ section, verdict, procedure }: Finding, options: PlanOptions): Promised {
  const isServed = options.procedure && procedure?.verdict === 'pass';
  return { control: section.number, verdict, ...(isServed ? { procedure: 'pass' } : {}) };
}

function linesOf(
  finding: Finding,
  facts: Facts,
  options: PlanOptions,
): { readonly lines: readonly Line[]; readonly notes: readonly string[] } {
  const { required, recommended } = finding.section.control;
  const missing = missingFrom(finding, facts, options.strict ? recommended : required);
  return {
    lines: missing.targets.flatMap((target) => linesFor(finding, target, facts, options)),
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

function isBetter(then: Finding, now: Finding): boolean {
  if (isBetterVerdict(then.verdict, now.verdict)) return true;
  return ledgersCovered(then) > ledgersCovered(now);
}

function ledgersCovered({ running, persistent }: Finding): number {
  return [running, persistent].filter(({ kind }) => kind === 'covered').length;
}

function leftOutOf(finding: Finding, then: Finding, notes: readonly string[]): LeftOut {
  return {
    control: finding.section.number,
    reason: notes.length > 0 ? notes.join('; ') : then.reason,
    mend:
      then.mend ??
      finding.mend ??
      `'dockaudit explain ${finding.section.number}' shows the lines that decide`,
  };
}

function blocked(blockers: readonly Blocker[], facts: Facts, inputs: string): Plan {
  const reason = 'the plan is blocked';
  return {
    edits: [],
    preview: [],
    activation: { kind: 'none', reason },
    daemon: { kind: 'leave', reason },
    promises: [],
    leftOut: [],
    blockers,
    added: [],
    touches: [],
    notes: warnings(facts),
    inputs,
  };
}
