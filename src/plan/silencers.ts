/** What silences a finding: the rule, its line in a file of the loader, its place in the kernel. */

import { canonical, identityOf } from '../audit/canonical.ts';
import { readLines } from '../audit/lines.ts';
import { listRule } from '../audit/listing.ts';
import { valuesOf } from '../audit/match.ts';
import { parseLine } from '../audit/parse.ts';
import type { RuleStatement, Statement } from '../audit/rule.ts';
import type { Facts } from '../discover/facts.ts';
import type { Finding, Standing } from '../evaluate/finding.ts';
import { surelyHeld } from '../evaluate/provenance.ts';
import { originKey } from '../evaluate/statements.ts';
import type { Silencer } from './plan.ts';

/** Each rule that silences one of `findings`, once, with the controls that it silences. */
export function silencersOf(findings: readonly Finding[], facts: Facts): readonly Silencer[] {
  const found = findings.flatMap((finding) =>
    [finding.running, finding.persistent]
      .flatMap(blamed)
      .flatMap((statement) => pairOf(statement, finding.section.number, facts) ?? []),
  );
  return [...Map.groupBy(found, keyOf).values()].flatMap((same) => {
    const [first] = same;
    const controls = [...new Set(same.flatMap((one) => one.controls))];
    return first ? [{ ...first, controls }] : [];
  });
}

/** One word for a silencer. */
export function keyOf({ line, index }: Silencer): string {
  return line ? `${line.file}:${line.line}` : `kernel ${index}`;
}

function blamed(standing: Standing): readonly RuleStatement[] {
  const by =
    standing.kind === 'suppressed'
      ? [standing.by]
      : standing.kind === 'partial'
        ? standing.lacks.map((lack) => (lack.kind === 'silenced' ? lack.by : undefined))
        : [];
  return by.filter((one): one is RuleStatement => one?.kind === 'rule');
}

/** Joins line and listing: of two that list alike the kernel's order is that of the files. */
function pairOf(by: RuleStatement, control: string, facts: Facts): Silencer | undefined {
  const { persistent, running, world } = facts;
  const { origin } = by;
  const lines = persistent.loaded.state.table.map((one) => ({
    ...one,
    listed: listRule(one.rule, world),
  }));
  const kernel = running.kind === 'known' ? running.statements : [];
  const listed =
    origin.kind === 'kernel'
      ? kernel.find((one) => indexOf(one) === origin.index)?.text
      : listRule(by.rule, world);
  const sameLines = lines.filter((one) => one.listed === listed);
  const sameKernel = kernel.filter(({ text }) => text === listed);
  const nth =
    origin.kind === 'kernel'
      ? sameKernel.findIndex((one) => indexOf(one) === origin.index)
      : sameLines.findIndex((one) => isSameOrigin(one.origin, origin));
  const line = sameLines[nth];
  const index = indexOf(sameKernel[nth]);
  const at = line && writtenIn(line.origin, facts);
  if (at === undefined && index === undefined) return undefined;
  return {
    controls: [control],
    rule: line?.rule ?? by.rule,
    text: (line && writtenText(line.origin, facts)) ?? listed ?? '',
    ...(at === undefined ? {} : { line: at }),
    ...(index === undefined ? {} : { index }),
  };
}

function indexOf(statement: Statement | undefined): number | undefined {
  return statement?.origin.kind === 'kernel' ? statement.origin.index : undefined;
}

function isSameOrigin(one: Statement['origin'], other: Statement['origin']): boolean {
  return one.kind === 'file' && originKey(one) === originKey(other);
}

/** As a person wrote it. */
function writtenText(origin: Statement['origin'], { persistent }: Facts): string | undefined {
  return persistent.statements.find((one) => isSameOrigin(one.origin, origin))?.text;
}

/** Only of a file that the loader reads: what augenrules writes it writes anew. */
function writtenIn(origin: Statement['origin'], { persistent }: Facts): Silencer['line'] {
  if (origin.kind !== 'file') return undefined;
  return persistent.files.some(({ path }) => path === origin.file)
    ? { file: origin.file, line: origin.line }
    : undefined;
}

/** Why it has to stay in force; undefined if it can be taken out, and put back by an undo. */
export function refusalOf(silencer: Silencer, facts: Facts): string | undefined {
  const { line, index, rule } = silencer;
  if (line && !isAlone(silencer, facts))
    return `${line.file}:${line.line} is left: the line says more than this rule, or runs into another`;
  if (index === undefined) return undefined;
  const { kernel } = facts;
  if (kernel.kind === 'reachable' && kernel.enabled === 'immutable')
    return line ? undefined : `kernel rule ${index} stays until the next boot: enabled is 2`;
  const isWatch = valuesOf(rule, 'watch').length > 0;
  if (!line && isWatch)
    return `kernel rule ${index} is left: no file holds it, and a listing does not tell what it is`;
  return isLastOfList(silencer, facts) || surelyHeld(facts) !== undefined
    ? undefined
    : `kernel rule ${index} is left: an undo could not bring it back to its place, since a listing does not tell what the rules after it are`;
}

/** Whether its line, commented out, is a comment and nothing else changes. */
function isAlone({ line, rule }: Silencer, { persistent, world }: Facts): boolean {
  const text = persistent.files.find(({ path }) => path === line?.file)?.text ?? '';
  const written = text.split('\n')[(line?.line ?? 0) - 1]?.replace(/\r$/, '') ?? '';
  const read = parseLine(written, { kind: 'argument' });
  if (read.kind !== 'rule' || read.directives.length > 0) return false;
  const held = canonical(read.rule, world);
  const isSame = 'value' in held && identityOf(held.value) === identityOf(rule);
  return isSame && readLines(`# ${written}\n`).length === 1;
}

/** Where it would come back if it were added again. */
export function isLastOfList(
  { index = 0, rule }: Pick<Silencer, 'index' | 'rule'>,
  { running }: Facts,
): boolean {
  if (running.kind !== 'known') return true;
  return running.statements.every(
    (one) => (indexOf(one) ?? 0) <= index || (one.kind === 'rule' && one.rule.list !== rule.list),
  );
}
