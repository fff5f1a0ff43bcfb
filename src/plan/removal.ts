/** The plan of `remove`: all that is ours goes, files and kernel, and what we silenced comes back. */

import { listRule } from '../audit/listing.ts';
import { parseLine } from '../audit/parse.ts';
import type { Rule } from '../audit/rule.ts';
import type { Facts, RulesFile } from '../discover/facts.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Finding } from '../evaluate/finding.ts';
import { chooseWay } from './activation.ts';
import { hindered, unsafeEdits } from './blockers.ts';
import { HEADER, isEmptyButForHeader, isOurs, SILENCED_MARK } from './edits.ts';
import { fingerprint } from './fingerprint.ts';
import { newAmong, presentState } from './forecast.ts';
import { ownLines } from './ours.ts';
import { withKernel } from './paper.ts';
import type { Activation, Plan, Withdrawn } from './plan.ts';
import { previewOf, touchedBy } from './preview.ts';
import type { PlanOptions } from './rehearse.ts';
import { indexOf, leftInKernel, takeOut } from './take-out.ts';
import { takenFor } from './taken.ts';
import { blockedPlan } from './unmended.ts';
import { witnessesOf } from './witnesses.ts';

const REASON = 'it is ours';
const NOTHING = 'nothing here is ours';

/** @param findings what is judged: each is promised what it will be worth without us */
export function makeRemoval(
  facts: Facts,
  findings: readonly Finding[],
  asked: PlanOptions,
  now: Date,
): Plan {
  const inputs = fingerprint(facts, asked);
  const own = ownLines(facts);
  const going = own.map((one) => ({ own: one, reason: REASON }));
  const back: Rule[] = [];
  const tidied = takeOut(facts, going, now, (text, file) => tidy(text, file, facts, back));
  const { edits, facts: edited } = tidied;
  const blockers = [
    ...unsafeEdits(edits, facts, 'take our lines out of it by hand'),
    ...(edits.length > 0 ? hindered(edits, facts) : []),
  ];
  if (blockers.length > 0) return blockedPlan(blockers, facts, inputs);

  const options: PlanOptions = { ...asked, restart: 'needless' };
  const found = [...tidied.withdrawn, ...kernelAlone(facts)];
  const way = chooseWay(edited, back, edits.length > 0, takenFor('ours', found), options);
  const waits = way.activation.kind === 'reboot';
  const withdrawn = waits ? leftInKernel(found) : found;
  const present = waits ? undefined : presentState(facts);
  const after = evaluate(
    findings.map(({ section }) => section),
    withKernel(edited, way),
    options,
  );
  const isIdle = edits.length + withdrawn.length === 0;
  const { daemon } = way;
  const activation: Activation = isIdle ? { kind: 'none', reason: NOTHING } : way.activation;
  const touches = isIdle ? [] : touchedBy(edits, facts, way);
  return {
    edits,
    watches: [],
    preview: isIdle ? [] : previewOf(facts, edited, way),
    activation,
    daemon,
    liveOnly: undefined,
    unsilenced: [],
    withdrawn,
    promises: isIdle
      ? []
      : after.map(({ section, verdict }) => ({ control: section.number, verdict })),
    leftOut: [],
    blockers: [],
    added: present ? newAmong(back, present, facts.world) : [],
    removed: [],
    touches,
    witnesses: witnessesOf({ edits, touches, activation, daemon, liveOnly: undefined }, facts),
    notes: isIdle ? [NOTHING] : [...way.notes, ...keptNotes(edits), ...backNotes(back)],
    inputs,
  };
}

/** What is left of a file: without our header, and with the lines that we had commented out. */
function tidy(text: string, file: RulesFile, facts: Facts, back: Rule[]): string | undefined {
  const heard = restored(text, facts, back);
  if (!isOurs(file)) return heard;
  if (isEmptyButForHeader(heard, true)) return undefined;
  return heard.replace(HEADER, '').replace(/^\n*/, '\n');
}

/** @param back gains the rules that come back */
function restored(text: string, { persistent, world }: Facts, back: Rule[]): string {
  const lines = text.split('\n');
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const silenced = lines[at + 1]?.replace(/^# /, '');
    const read =
      silenced === undefined ? undefined : parseLine(silenced.replace(/\r$/, ''), ARGUMENT);
    if (!line.startsWith(SILENCED_MARK) || silenced === lines[at + 1] || read?.kind !== 'rule') {
      kept.push(line);
      continue;
    }
    at++;
    // Where somebody has written it again, a second one would stop the load.
    if (newAmong([read.rule], persistent.loaded.state, world).length === 0) continue;
    kept.push(silenced ?? '');
    back.push(read.rule);
  }
  return kept.join('\n');
}

const ARGUMENT = { kind: 'argument' } as const;

/** Rules that the journal says we added and that no file holds. */
function kernelAlone({ addedByUs, running, persistent, world }: Facts): readonly Withdrawn[] {
  if (running.kind !== 'known') return [];
  const inFiles = persistent.loaded.state.table.map(({ rule }) => listRule(rule, world));
  return [...new Set(addedByUs)].flatMap((text): readonly Withdrawn[] => {
    const alike = running.statements.filter((one) => one.text === text);
    const last = alike.at(-1);
    const index = last && indexOf(last);
    const held = inFiles.filter((line) => line === text).length;
    if (last?.kind !== 'rule' || index === undefined || alike.length <= held) return [];
    return [{ rule: last.rule, text, reason: `${REASON}, in the kernel alone`, index }];
  });
}

function keptNotes(edits: Plan['edits']): readonly string[] {
  return edits.flatMap(({ path, after }) =>
    after ? [`what others wrote in ${path} stays as it is`] : [],
  );
}

function backNotes(back: readonly Rule[]): readonly string[] {
  return back.length === 0
    ? []
    : ['what --unsilence had commented out is in force again, and may silence rules of others'];
}
