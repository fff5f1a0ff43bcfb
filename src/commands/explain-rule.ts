/** `dockaudit explain -- RULE`, or `-`: what an audit rule means on this host. */

import { escaped } from '../audit/lines.ts';
import { mendOf } from '../audit/mend.ts';
import { parseLine } from '../audit/parse.ts';
import type { RuleStatement, Statement } from '../audit/rule.ts';
import { discover } from '../discover/discover.ts';
import { readMounts } from '../discover/mounts.ts';
import { readWorld } from '../discover/world.ts';
import { UsageFailure } from '../errors.ts';
import { explainRule } from '../evaluate/meaning/explain-rule.ts';
import { describeRule } from '../report/explain-rule.ts';
import { rulesJson } from '../report/explain-rule-json.ts';
import { decode } from '../text.ts';
import type { Context } from './context.ts';
import { deliverText } from './deliver.ts';

/** Whether words after `explain` are a rule, or ask for rules from standard input. */
export function isRule([first = '']: readonly string[]): boolean {
  return first.startsWith('-');
}

/** @throws UsageFailure with auditctl's words, if it is no rule */
export async function explainRules(context: Context): Promise<number> {
  const { host, live, words, options, run, terminal } = context;
  const lines =
    words[0] === '-' && words.length === 1
      ? decode(await context.input()).split('\n')
      : // One word is a whole line, several are what a shell made of one.
        [words.length === 1 ? (words[0] ?? '') : words.map(escaped).join(' ')];
  const { rules, passedOver } = rulesIn(lines);
  for (const note of passedOver) terminal.note(note);
  const facts = await discover(host, [], { live, includeAbsent: false });
  const own = await readWorld(host, {
    statements: rules,
    targets: [],
    mounts: await readMounts(host),
    machine: facts.machine.architecture,
    version: facts.version,
  });
  const world = {
    ...own,
    paths: new Map([...facts.world.paths, ...own.paths]),
    users: new Map([...facts.world.users, ...own.users]),
    groups: new Map([...facts.world.groups, ...own.groups]),
  };
  const meanings = rules.map((rule) => explainRule(rule, facts, world));
  await deliverText(context, (style) =>
    options.format === 'json'
      ? rulesJson(run, meanings)
      : meanings.map((meaning) => describeRule(meaning, style)).join('\n\n'),
  );
  return 0;
}

/** Rules of `lines`; among several, directives are no mistake. */
function rulesIn(lines: readonly string[]): {
  readonly rules: readonly RuleStatement[];
  readonly passedOver: readonly string[];
} {
  const statements = lines
    .map((line) => parseLine(line, { kind: 'argument' }))
    .filter(({ kind }) => kind !== 'blank');
  for (const statement of statements) requireReadable(statement);
  const rules = statements.filter((one): one is RuleStatement => one.kind === 'rule');
  const others = statements.filter(({ kind }) => kind !== 'rule');
  if (rules.length === 0) {
    const shown =
      others[0] === undefined ? 'nothing was given' : `'${others[0].text}' is a directive`;
    throw new UsageFailure(`there is no rule to explain: ${shown}`, EXAMPLE);
  }
  return { rules, passedOver: others.map(({ text }) => `'${text}' is no rule: passed over`) };
}

const EXAMPLE = "write 'dockaudit explain -- -w /etc/docker -p wa -k docker'";

function requireReadable(statement: Statement): void {
  if (statement.kind !== 'unreadable') return;
  const { text, reason } = statement;
  throw new UsageFailure(`'${text}' is no rule: auditctl says '${reason}'`, mendOf(reason));
}
