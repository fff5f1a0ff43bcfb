/**
 * Takes out of force exactly the lines that silence a control: each is commented out where it
 * stands, below a line that says who did it. Nothing else of the file changes.
 */

import type { Rule } from '../audit/rule.ts';
import type { Facts, RulesFile } from '../discover/facts.ts';
import { persistentOf } from '../discover/persistent.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Finding, JudgeOptions } from '../evaluate/finding.ts';
import { unheardProcesses } from '../evaluate/unheard.ts';
import { encode } from '../text.ts';
import { SILENCED_MARK } from './edits.ts';
import type { Edit, Silencer } from './plan.ts';
import { withEdit } from './paper.ts';
import { keyOf, refusalOf, silencersOf } from './silencers.ts';

export interface Unsilenced {
  readonly silencers: readonly Silencer[];
  readonly edits: readonly Edit[];
  /** With the edits made, on paper; the kernel is as it is. */
  readonly facts: Facts;
  /** Why something has to stay in force, and for which controls. */
  readonly refused: readonly { readonly controls: readonly string[]; readonly reason: string }[];
}

/** Where nothing is to be taken out of force. */
export function leaveSilenced(facts: Facts): Unsilenced {
  return { silencers: [], edits: [], facts, refused: [] };
}

/**
 * What one rule silenced another may still silence: looks again until nothing new is found.
 * @param withOurs the facts with our rules in force, on paper
 */
export function unsilence(
  facts: Facts,
  open: readonly Finding[],
  withOurs: (paper: Facts) => Facts,
  options: JudgeOptions,
  now: Date,
): Unsilenced {
  const sections = open.map(({ section }) => section);
  const lifted: Silencer[] = [];
  const refused = new Map<string, Unsilenced['refused'][number]>();
  for (;;) {
    const known = new Set([...lifted.map(keyOf), ...refused.keys()]);
    const paper = withOurs(without(facts, lifted));
    const silencing = silencersOf(evaluate(sections, paper, options), paper);
    const fresh = silencing.filter((one) => !known.has(keyOf(one)));
    if (fresh.length === 0) break;
    for (const one of fresh) {
      const reason = refusalOf(one, facts);
      if (reason === undefined) lifted.push(one);
      else refused.set(keyOf(one), { controls: one.controls, reason });
    }
  }
  const edits = editsFor(lifted, facts, now);
  return {
    silencers: lifted,
    edits,
    facts: edits.reduce(withEdit, facts),
    refused: [...refused.values()],
  };
}

/** Rules that the kernel loses, each as it holds it. */
export function removedRules(silencers: readonly Silencer[]): readonly Rule[] {
  return silencers.filter(({ index }) => index !== undefined).map(({ rule }) => rule);
}

/** Why something that silences `control` stays in force. */
export function refusalsFor(control: string, { refused }: Unsilenced): readonly string[] {
  return refused.flatMap(({ controls, reason }) => (controls.includes(control) ? [reason] : []));
}

/** What the journal will tell once the plan is carried out. */
export function withSilenceLifted(facts: Facts, silencers: readonly Silencer[], now: Date): Facts {
  return liftsTasks(silencers) ? { ...facts, unsilencedAt: now.toISOString() } : facts;
}

/** @param after the facts as they will be */
export function silenceNotes(after: Facts, silencers: readonly Silencer[]): readonly string[] {
  if (!liftsTasks(silencers)) return [];
  const names = unheardProcesses(after).map(({ program, pid }) => `, ${program} (pid ${pid}) too`);
  return [
    `a process that was started under never,task stays silent for life${names.join('')}: ` +
      'it is heard once it is restarted, or the host is; dockaudit restarts none',
  ];
}

function liftsTasks(silencers: readonly Silencer[]): boolean {
  return silencers.some(({ rule, index }) => rule.list === 'task' && index !== undefined);
}

/** On paper, with the numbers of lines and rules as they are. */
function without(facts: Facts, silencers: readonly Silencer[]): Facts {
  const { mechanism, persistent, running, world } = facts;
  const files = persistent.files.map((file) => ({
    ...file,
    text: changed(file, silencers, ({ text }) => [`# ${text}`]),
  }));
  const gone = new Set(silencers.map(({ index }) => index));
  const kept =
    running.kind === 'known'
      ? running.statements.filter(
          ({ origin }) => origin.kind !== 'kernel' || !gone.has(origin.index),
        )
      : [];
  return {
    ...facts,
    persistent: persistentOf(mechanism, files, persistent.generated?.present, world),
    running:
      running.kind === 'known'
        ? { kind: 'known', statements: kept, lines: kept.map(({ text }) => text) }
        : running,
  };
}

function editsFor(
  silencers: readonly Silencer[],
  { persistent }: Facts,
  now: Date,
): readonly Edit[] {
  return persistent.files.flatMap((file): readonly Edit[] => {
    const here = silencers.filter(({ line }) => line?.file === file.path);
    if (here.length === 0) return [];
    const satisfies = [...new Set(here.flatMap(({ controls }) => controls))];
    const text = changed(file, here, ({ text: line, controls }) => {
      const end = line.endsWith('\r') ? '\r' : '';
      return [`${commentFor(controls)}${end}`, `# ${line}`];
    });
    const after = { ...file.image, bytes: encode(text), mtime: now };
    return [{ path: file.path, before: file.image, after, satisfies }];
  });
}

function commentFor(controls: readonly string[]): string {
  const noun = controls.length === 1 ? 'control' : 'controls';
  return `${SILENCED_MARK} ${noun} ${controls.join(', ')}; undo: dockaudit rollback`;
}

/** The text of `file` with other lines in the place of those that silence. */
function changed(
  { path, text }: RulesFile,
  silencers: readonly Silencer[],
  instead: (line: {
    readonly text: string;
    readonly controls: readonly string[];
  }) => readonly string[],
): string {
  const here = new Map(
    silencers.flatMap(({ line, controls }) =>
      line?.file === path ? [[line.line, controls] as const] : [],
    ),
  );
  return text
    .split('\n')
    .flatMap((line, at) => {
      const controls = here.get(at + 1);
      return controls ? instead({ text: line, controls }) : [line];
    })
    .join('\n');
}
