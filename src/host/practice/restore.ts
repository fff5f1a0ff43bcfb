/** `auditctl -R FILE` of the practice host. */

import { load, type LoadOutcome } from '../../audit/load.ts';
import { parseRules } from '../../audit/parse.ts';
import type { Statement } from '../../audit/rule.ts';
import { absolutePath, type AbsolutePath } from '../../paths.ts';
import { answer, linesText, type Answer, type Machine } from './machine.ts';
import { refusalOf } from './refusal.ts';
import { directivesOf, sets, statusLines } from './status.ts';
import type { Tree } from './tree.ts';
import { worldOf } from './world.ts';

export function restore(machine: Machine, name: string): Answer {
  const { tree, state } = machine;
  // A locked kernel is told nothing; that it is locked goes to syslog.
  if (state.kernel.status.enabled === 2) return answer(0);
  const file = absolutePath(`/${name}`);
  const text = trustedText(tree, file);
  if (text === undefined) return answer(1);
  const statements = parseRules(text, file);
  const outcome = loadUntilRefused(machine, statements);
  const stdout = noise(machine, statements, outcome.problems);
  machine.state = { ...state, kernel: outcome.state };
  const stderr = outcome.problems.flatMap((problem) => complaint(problem, statements));
  return answer(outcome.exit, stdout, linesText(stderr));
}

/** auditctl reads a regular file of root's that others cannot write. */
function trustedText(tree: Tree, file: AbsolutePath): string | undefined {
  const place = tree.resolve(file);
  const mode = place === undefined ? 0 : (tree.look(place)?.mode ?? 0);
  return (mode & 0o002) === 0 ? tree.text(file) : undefined;
}

type Problem = Pick<LoadOutcome['problems'][number], 'statement' | 'reason' | 'stops'>;
type Outcome = Pick<LoadOutcome, 'exit' | 'state'> & { readonly problems: readonly Problem[] };

/** Loads as far as the scenario's kernel goes along. */
function loadUntilRefused(machine: Machine, statements: readonly Statement[]): Outcome {
  const at = statements.findIndex((statement) => refusalOf(machine, statement) !== undefined);
  const before = at < 0 ? statements : statements.slice(0, at);
  const outcome = load(before, worldOf(machine.tree, statements), machine.state.kernel);
  const refused = statements[at];
  if (refused === undefined || outcome.problems.some(({ stops }) => stops)) return outcome;
  const reason = refusalOf(machine, refused) ?? '';
  const problems = [...outcome.problems, { statement: refused, reason, stops: true }];
  return { exit: 1, state: outcome.state, problems };
}

/** What libaudit says itself, wherever auditctl's own words go. */
const ALOUD = /^(?:-F (?:unknown|missing)|arch (?:must|elf)|Too many fields)/;
/** What the kernel refuses was sent before it is spoken about. */
const SENT = /^Error sending (?:add|delete)/;
const UNSAID = 'There was an error while processing parameters';

/** The words for a problem on stderr: until it has sent a rule, auditctl speaks to syslog. */
function complaint(
  { statement, reason }: Problem,
  statements: readonly Statement[],
): readonly string[] {
  const { origin } = statement;
  const line = origin.kind === 'file' ? origin.line : 0;
  const file = origin.kind === 'file' ? origin.file : '';
  const first = statements.findIndex(({ kind }) => kind === 'rule');
  const isHeard = SENT.test(reason) || (first >= 0 && first < statements.indexOf(statement));
  return [
    ...((isHeard || ALOUD.test(reason)) && reason !== UNSAID ? [reason] : []),
    ...(isHeard ? [`There was an error in line ${line} of ${file}`] : []),
  ];
}

/** What a load prints: `No rules` after a `-D`, and the status after each setting. */
function noise(
  machine: Machine,
  statements: readonly Statement[],
  problems: readonly Problem[],
): string {
  const world = worldOf(machine.tree, statements);
  const stop = problems.find(({ stops }) => stops)?.statement;
  const end = stop === undefined ? statements.length : statements.indexOf(stop) + 1;
  const lines = statements.slice(0, end).flatMap((statement, index) => {
    const empties = directivesOf(statement).some(({ name }) => name === 'deleteAll');
    const isSet = sets(statement) && statement !== stop;
    if (!empties && !isSet) return [];
    const kernel = load(statements.slice(0, index + 1), world, machine.state.kernel).state;
    return [
      ...(empties && kernel.table.length === 0 ? ['No rules'] : []),
      ...(isSet ? statusLines({ ...machine.state, kernel }) : []),
    ];
  });
  return linesText(lines);
}
