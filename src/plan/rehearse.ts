/** Makes the plan, carries it out on paper, and keeps only what the judge then finds mended. */

import { covers } from '../audit/covers.ts';
import type { Rule } from '../audit/rule.ts';
import type { Facts } from '../discover/facts.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Finding, JudgeOptions } from '../evaluate/finding.ts';
import { loadedStatements } from '../evaluate/statements.ts';
import { chooseWay, type ActivationOptions, type Way } from './activation.ts';
import { findBlockers, unsafeEdits, warnings } from './blockers.ts';
import { onePerFile, pathOfOurs } from './edits.ts';
import { fingerprint } from './fingerprint.ts';
import { newAmong, presentState } from './forecast.ts';
import type { Line } from './lines.ts';
import { addLiveOnly } from './live-only.ts';
import { withKernel } from './paper.ts';
import type { LeftOut, Plan } from './plan.ts';
import { previewOf, touchedBy } from './preview.ts';
import { blockedPlan, isBetter, leftOutOf } from './unmended.ts';
import {
  leaveSilenced,
  refusalsFor,
  removedRules,
  silenceNotes,
  unsilence,
  withSilenceLifted,
} from './unsilence.ts';
import { withOurs, written, type WriteOptions, type Written } from './written.ts';

export interface PlanOptions extends WriteOptions, ActivationOptions {
  /** Whether lines that silence a control are taken out of force. */
  readonly unsilence: boolean;
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

  let draft = rehearse(facts, open, options, now);
  const unsafe = draft.plan.blockers;
  if (unsafe.length > 0) return blockedPlan(unsafe, facts, inputs);
  const leftOut: LeftOut[] = [];
  // A control that stays as it is costs the host nothing: its lines are not written.
  for (let rest = open; draft.unmended.length > 0;) {
    leftOut.push(...draft.unmended);
    rest = rest.filter(({ section }) => !leftOut.some(({ control }) => control === section.number));
    draft = rehearse(facts, rest, options, now);
  }
  return { ...draft.plan, leftOut, inputs };
}

interface Draft {
  readonly plan: Omit<Plan, 'leftOut' | 'inputs'>;
  readonly unmended: readonly LeftOut[];
}

function rehearse(facts: Facts, open: readonly Finding[], options: PlanOptions, now: Date): Draft {
  const write = (before: Facts): Written => written(before, open, options, now);
  const heard = options.unsilence
    ? unsilence(facts, open, (paper) => withOurs(write(paper)), options, now)
    : leaveSilenced(facts);
  const { wanted, lines, edit, edited } = write(heard.facts);
  const edits = onePerFile([...heard.edits, ...(edit ? [edit] : [])]);
  const sections = open.map(({ section }) => section);
  const ours = [...lines.map(({ rule }) => rule), ...standingRules(open, lines, edited, options)];
  const chosen: Way = chooseWay(edited, ours, edits.length > 0, heard.silencers, options);
  const late = wanted.flatMap((one) => one.live);
  const { way, liveOnly, rules: lateRules } = addLiveOnly(chosen, late, edited);
  const gone = way.activation.kind === 'reboot' ? [] : heard.silencers;
  const after = withSilenceLifted(withKernel(edited, way), gone, now);
  const judged = evaluate(sections, after, options);
  const present = way.activation.kind === 'reboot' ? undefined : presentState(facts);
  const refusals = open.map(({ section }) => refusalsFor(section.number, heard));
  return {
    plan: {
      edits,
      preview: open.length > 0 ? previewOf(facts, edited, way) : [],
      activation: open.length > 0 ? way.activation : { kind: 'none', reason: 'nothing to mend' },
      daemon: open.length > 0 ? way.daemon : { kind: 'leave', reason: 'nothing to mend' },
      liveOnly,
      unsilenced: heard.silencers,
      promises: judged.map(({ section, verdict }) => ({ control: section.number, verdict })),
      blockers: unsafeEdits(heard.edits, facts),
      added: present ? newAmong([...ours, ...lateRules], present, facts.world) : [],
      removed: removedRules(gone),
      touches: open.length > 0 ? touchedBy(edits, facts, way) : [],
      notes: [
        ...(open.length > 0 ? [...way.notes, ...warnings(facts)] : []),
        ...wanted.flatMap((one) => one.notes),
        ...heard.refused.map(({ controls, reason }) => `${controls.join(', ')}: ${reason}`),
        ...silenceNotes(after, gone),
      ],
    },
    unmended: open.flatMap((finding, index) => {
      const then = judged[index];
      if (!then || isBetter(then, finding)) return [];
      const notes = [...(wanted[index]?.notes ?? []), ...(refusals[index] ?? [])];
      return [leftOutOf(finding, then, notes)];
    }),
  };
}

/** Rules of others on which the chosen controls rest where no line of ours is needed. */
function standingRules(
  open: readonly Finding[],
  lines: readonly Line[],
  { persistent, world }: Facts,
  { strict }: JudgeOptions,
): readonly Rule[] {
  const table = loadedStatements(persistent.loaded, persistent.statements);
  const by = open.flatMap(({ section, targets }) => {
    const permissions = strict ? section.control.recommended : section.control.required;
    const standing = targets.filter((one) => !lines.some(({ target }) => target.path === one.path));
    return standing.flatMap(({ path }) => {
      const coverage = covers({ place: path, permissions }, table, world);
      return coverage.kind === 'covered' || coverage.kind === 'partial' ? coverage.by : [];
    });
  });
  return by.flatMap((statement) => (statement.kind === 'rule' ? [statement.rule] : []));
}
