/**
 * Lines by which outside judges, who compare text, agree with our verdict, and why some cannot: the
 * kernel re-arms one of two spellings of a file, so there is never a second one. Pure.
 */

import { listRule, listTable } from '../audit/listing.ts';
import { valuesOf } from '../audit/match.ts';
import type { Rule } from '../audit/rule.ts';
import type { Facts } from '../discover/facts.ts';
import { pathsOf } from '../discover/world.ts';
import type { Finding } from '../evaluate/finding.ts';
import { isServed, wantOfBook, wantsOf, type Want } from '../evaluate/outside.ts';
import { patternOf } from '../evaluate/procedure.ts';
import { absolutePath, isAbsolutePath, type AbsolutePath } from '../paths.ts';
import { newAmong } from './forecast.ts';
import { linesFor, type Line, type LineOptions } from './lines.ts';
import { exclusion } from './missing.ts';

export interface Agreement {
  /** To be written beside those that coverage asks for. */
  readonly lines: readonly Line[];
  /** Rules of the files that serve the book's command once the kernel holds them. */
  readonly rules: readonly Rule[];
  /** Numbers of the controls for which there is one of them. */
  readonly served: readonly string[];
  /** Who stays unhappy, and why. */
  readonly notes: readonly string[];
}

export interface AgreementOptions extends LineOptions {
  /** The book's own command has to pass as well. */
  readonly procedure: boolean;
}

/** The comment above such a line. */
export const WHY = 'outside scanners compare its text';

/** What a plan is about. */
export interface Aim {
  /** Findings that a fix mends; those that get a line are served in the default style. */
  readonly open: readonly Finding[];
  /** Findings that pass by meaning only, where `--procedure` asks for both. */
  readonly short: readonly Finding[];
  /** Numbers of controls for which a line of others is edited: they are served, too. */
  readonly unsilenced: readonly string[];
}

/** @param lines what coverage asks for */
export function agree(
  { open, short, unsilenced }: Aim,
  lines: readonly Line[],
  facts: Facts,
  options: AgreementOptions,
): Agreement {
  const listed = listTable(facts.persistent.loaded.state, facts.world);
  const ground: Ground = { lines, listed, facts, options };
  let agreed: Agreement = { lines: [], rules: [], served: [], notes: [] };
  const add = (finding: Finding, wants: readonly Want[]): void => {
    for (const want of wants) agreed = serve(want, finding, agreed, ground);
  };
  for (const finding of [...open, ...short]) {
    const { control, number } = finding.section;
    const isEdited = (): boolean =>
      options.style === 'watch' &&
      (unsilenced.includes(number) ||
        [...lines, ...agreed.lines].some((line) => line.control === number));
    if (options.procedure && !isEdited()) add(finding, [wantOfBook(control)]);
    if (isEdited()) add(finding, wantsOf(control, facts));
  }
  return agreed;
}

/** What does not change while one judge after the other is served. */
interface Ground {
  readonly lines: readonly Line[];
  /** What the files' rules look like in `auditctl -l`. */
  readonly listed: readonly string[];
  readonly facts: Facts;
  readonly options: AgreementOptions;
}

/** `agreed`, with what serves `want` or why nothing does. */
function serve(want: Want, finding: Finding, agreed: Agreement, ground: Ground): Agreement {
  const { lines, listed, facts, options } = ground;
  const served = [...agreed.served, finding.section.number];
  const written = [...lines, ...agreed.lines].map(({ rule }) => listRule(rule, facts.world));
  if (isServed(want, written)) return agreed;
  if (isServed(want, listed)) {
    if (facts.running.kind !== 'known') return agreed;
    const rules = facts.persistent.loaded.state.table.map(({ rule }) => rule);
    const serving = rules.filter((rule) => isServed(want, [listRule(rule, facts.world)]));
    return { ...agreed, served, rules: [...agreed.rules, ...serving.slice(0, 1)] };
  }
  const path = pathFor(want, finding, facts);
  const reason = path && refusal(path, [...lines, ...agreed.lines], facts);
  const more = path && reason === undefined ? fresh(path, finding, facts, options) : [];
  const serving = more.map(({ rule }) => listRule(rule, facts.world));
  // A whole line is nobody's reason for a second rule.
  if (want.kind !== 'line' && isServed(want, serving))
    return { ...agreed, served, lines: [...agreed.lines, ...more] };
  return { ...agreed, notes: [...agreed.notes, unhappy(want, finding, reason)] };
}

/** The line for `path`, unless the files' table has its rule or refuses it. */
function fresh(
  path: AbsolutePath,
  finding: Finding,
  facts: Facts,
  options: LineOptions,
): readonly Line[] {
  const { recursive, literalPath } = finding.section.control;
  const why = path === literalPath ? `the benchmark's own path: ${WHY}` : WHY;
  const target = { path, required: false, recursive, why };
  const { state } = facts.persistent.loaded;
  return linesFor(finding, target, facts, options).filter(
    ({ rule }) => newAmong([rule], state, facts.world).length > 0,
  );
}

/** The real place where its text is what is looked for, else what the judge itself names. */
function pathFor({ kind, wanted }: Want, finding: Finding, facts: Facts): AbsolutePath | undefined {
  const { control } = finding.section;
  if (kind === 'unit') return undefined;
  if (kind === 'line') return pathOfLine(wanted);
  const place = facts.places.get(control.slug);
  const own = finding.targets.filter(({ required }) => required).map(({ path }) => path);
  const unitFile = place?.kind === 'found' ? place.unitFile : undefined;
  const candidates = [...own, ...(unitFile === undefined ? [] : [unitFile]), control.literalPath];
  const named = isAbsolutePath(wanted) ? [absolutePath(wanted)] : [];
  const pattern = kind === 'text' ? patternOf(wanted) : undefined;
  return [...candidates, ...named].find((path) =>
    kind === 'text' ? pattern?.test(path) : path === wanted,
  );
}

function pathOfLine(line: string): AbsolutePath | undefined {
  const [, word = ''] = line.split(' ');
  return isAbsolutePath(word) ? absolutePath(word) : undefined;
}

/** Why no line for `path` may be written. */
function refusal(path: AbsolutePath, lines: readonly Line[], facts: Facts): string | undefined {
  const unwritable = exclusion({ path }, facts);
  if (unwritable !== undefined) return unwritable;
  const { world, persistent, running } = facts;
  const place = world.paths.get(path)?.place;
  const standing = [
    ...persistent.statements,
    ...(running.kind === 'known' ? running.statements : []),
  ].flatMap(pathsOf);
  const ours = lines.flatMap(({ rule }) => valuesOf(rule, 'watch', 'path', 'dir'));
  const other = [...ours, ...standing].find(
    (text) => text !== path && world.paths.get(text)?.place === place,
  );
  return other === undefined
    ? undefined
    : `the same file is spelled ${other} here: of two spellings the kernel keeps one alive`;
}

function unhappy(want: Want, { section }: Finding, reason: string | undefined): string {
  const { judges } = want;
  const stay = judges.length === 1 ? 'stays' : 'stay';
  return `${section.number}: ${judges.join(', ')} ${stay} unhappy: ${complaint(want, reason)}`;
}

/** What they look for, and why it is not there. */
function complaint({ judges, kind, wanted }: Want, reason: string | undefined): string {
  const look = judges.length === 1 ? 'it looks' : 'they look';
  switch (kind) {
    case 'unit':
      return `${look} for what systemd says of ${wanted}, and it knows no such unit here`;
    case 'line':
      return `${look} for the line '${wanted}', and ${reason ?? lineReason(wanted)}`;
    case 'text':
    case 'watch':
      return `${look} for ${wanted}, and ${reason ?? 'no line of ours would have that text'}`;
    default:
      return kind satisfies never;
  }
}

function lineReason(line: string): string {
  const [, path = ''] = line.split(' ');
  return path.endsWith('/')
    ? 'a watch is listed without that slash'
    : 'ours has other permissions or another key';
}
