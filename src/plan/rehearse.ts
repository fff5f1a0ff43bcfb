/** Makes the plan, carries it out on paper, and keeps only what the judge then finds mended. */

import type { Facts } from '../discover/facts.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Finding } from '../evaluate/finding.ts';
import { openLedgers } from '../evaluate/ledgers.ts';
import { chooseWay, type ActivationOptions, type Way } from './activation.ts';
import { agree, type Aim } from './agreement.ts';
import { findBlockers, hindered, unsafeEdits, warnings } from './blockers.ts';
import { clearStale, type Cleared } from './clear.ts';
import { onePerFile, pathOfOurs } from './edits.ts';
import { fingerprint, inputHashes } from './fingerprint.ts';
import { newAmong, presentState, withoutTaken } from './forecast.ts';
import { addLiveOnly } from './live-only.ts';
import { forcedNotes, managedTargets, neighbourNotes } from './neighbours.ts';
import { noiseNotes, tooLoud, watchesOf } from './noise.ts';
import { withKernel } from './paper.ts';
import type { Activation, Daemon, LeftOut, Plan, Promised } from './plan.ts';
import { previewOf, touchedBy } from './preview.ts';
import { standingRules } from './standing.ts';
import { leftInKernel } from './take-out.ts';
import { takenFor } from './taken.ts';
import { blockedPlan, isBetter, leftOutOf } from './unmended.ts';
import {
  leaveSilenced,
  refusalsFor,
  removedRules,
  silenceNotes,
  unsilence,
  withSilenceLifted,
} from './unsilence.ts';
import { witnessesOf } from './witnesses.ts';
import { wantedFor, withOurs, written, type WriteOptions, type Written } from './written.ts';

export interface PlanOptions extends WriteOptions, ActivationOptions {
  /** Whether lines that silence a control are taken out of force. */
  readonly unsilence: boolean;
  /** Write also what may fill the log of a host that stops then. */
  readonly acceptNoise: boolean;
  /** Edit also a file that a configuration manager writes. */
  readonly force: boolean;
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
  const cleared = clearStale(facts, findings, options, now);
  const { facts: tidy } = cleared;
  const asked = findings.filter(({ section }) => chosen.includes(section.number));
  const open = asked.filter(isOpen);
  const short = options.procedure ? asked.filter(isShort) : [];
  const { served } = agree({ open: [], short, unsilenced: [] }, [], tidy, options);
  const ours = pathOfOurs(tidy, options.file);
  const blockers =
    open.length + served.length + cleared.edits.length > 0
      ? [
          ...findBlockers(tidy, ours),
          ...unsafeEdits(cleared.edits, facts, 'take the line out by hand'),
          ...hindered(cleared.edits, tidy, ours),
        ]
      : [];
  if (blockers.length > 0) return blockedPlan(blockers, facts, inputs);

  const leftOut = options.acceptNoise ? [] : loudAmong(open, tidy, options);
  const aim = (): Aim => ({
    open: open.filter(({ section }) => !leftOut.some(({ control }) => control === section.number)),
    short,
    unsilenced: [],
  });
  let draft = rehearse(cleared, aim(), options, now);
  const unsafe = draft.plan.blockers;
  if (unsafe.length > 0) return blockedPlan(unsafe, facts, inputs);
  // A control that stays as it is costs the host nothing: its lines are not written.
  while (draft.unmended.length > 0) {
    leftOut.push(...draft.unmended);
    draft = rehearse(cleared, aim(), options, now);
  }
  const managed = options.force ? [] : managedTargets(draft.plan, facts);
  if (managed.length > 0) return blockedPlan(managed, facts, inputs);
  return { ...draft.plan, leftOut, inputs, inputHashes: inputHashes(facts, options) };
}

function loudAmong(open: readonly Finding[], facts: Facts, options: WriteOptions): LeftOut[] {
  const ledgers = openLedgers(facts);
  return open.flatMap((finding) => {
    const { lines, live } = wantedFor(finding, facts, ledgers, options);
    return tooLoud(finding, [...lines, ...live], facts);
  });
}

interface Draft {
  readonly plan: Omit<Plan, 'leftOut' | 'inputs' | 'inputHashes'>;
  readonly unmended: readonly LeftOut[];
}

function rehearse(cleared: Cleared, aim: Aim, options: PlanOptions, now: Date): Draft {
  const { facts } = cleared;
  const { open, short } = aim;
  const write = (before: Facts, unsilenced: readonly string[] = []): Written =>
    written(before, { ...aim, unsilenced }, options, now);
  const heard = options.unsilence
    ? unsilence(facts, open, (paper) => withOurs(write(paper)), options, now)
    : leaveSilenced(facts);
  const { wanted, meant, agreed, lines, edit, edited } = write(
    heard.facts,
    heard.edits.flatMap(({ satisfies }) => satisfies),
  );
  const edits = onePerFile([...cleared.edits, ...heard.edits, ...(edit ? [edit] : [])]);
  const ours = [
    ...lines.map(({ rule }) => rule),
    ...standingRules(open, meant, edited, options),
    ...agreed.rules,
  ];
  const chosen: Way = chooseWay(
    edited,
    ours,
    edits.length > 0,
    [...takenFor('silencer', heard.silencers), ...takenFor('ours', cleared.withdrawn)],
    open.length + short.length === 0 ? { ...options, restart: 'needless' } : options,
  );
  const late = wanted.flatMap((one) => one.live);
  const { way, liveOnly, rules: lateRules } = addLiveOnly(chosen, late, edited);
  const gone = way.activation.kind === 'reboot' ? [] : heard.silencers;
  const after = withSilenceLifted(withKernel(edited, way), gone, now);
  const served = short.filter(({ section }) => agreed.served.includes(section.number));
  const sections = [...open, ...served].map(({ section }) => section);
  const judged = evaluate(sections, after, options);
  const present = way.activation.kind === 'reboot' ? undefined : presentState(facts);
  const watches = watchesOf([...lines, ...late], [...open, ...served], facts.world);
  const isIdle = sections.length + cleared.edits.length === 0;
  const nothing = 'nothing to mend';
  const activation: Activation = isIdle ? { kind: 'none', reason: nothing } : way.activation;
  const daemon: Daemon = isIdle ? { kind: 'leave', reason: nothing } : way.daemon;
  const touches = isIdle ? [] : touchedBy(edits, facts, way);
  return {
    plan: {
      edits,
      watches,
      preview: isIdle ? [] : previewOf(facts, edited, way),
      activation,
      daemon,
      liveOnly,
      unsilenced: heard.silencers,
      withdrawn: present ? cleared.withdrawn : leftInKernel(cleared.withdrawn),
      promises: judged.map((finding) => promiseOf(finding, options)),
      blockers: [...unsafeEdits(heard.edits, facts), ...hindered(heard.edits, facts)],
      added: present
        ? newAmong([...ours, ...lateRules], withoutTaken(present, gone), facts.world)
        : [],
      removed: removedRules(gone),
      touches,
      witnesses: witnessesOf({ edits, touches, activation, daemon, liveOnly }, facts),
      notes: [
        ...cleared.notes,
        ...(isIdle ? [] : [...way.notes, ...warnings(heard.facts)]),
        ...wanted.flatMap((one) => one.notes),
        ...agreed.notes,
        ...forcedNotes(edits, facts),
        ...neighbourNotes(edits, facts),
        ...noiseNotes(watches, facts.storage),
        ...heard.refused.map(({ controls, reason }) => `${controls.join(', ')}: ${reason}`),
        ...silenceNotes(after, gone),
      ],
    },
    unmended: open.flatMap((finding, index) => {
      const then = judged[index];
      if (!then || isBetter(then, finding)) return [];
      const refusals = refusalsFor(finding.section.number, heard);
      return [leftOutOf(finding, then, [...(wanted[index]?.notes ?? []), ...refusals])];
    }),
  };
}

function promiseOf({ section, verdict, procedure }: Finding, options: PlanOptions): Promised {
  const isServed = options.procedure && procedure?.verdict === 'pass';
  return { control: section.number, verdict, ...(isServed ? { procedure: 'pass' } : {}) };
}
