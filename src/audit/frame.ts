/**
 * Rules of a large set differ in a path or a number, and a key. What stands around these, the frame,
 * is read once; a line whose frame cannot be told so plainly is left to parse.ts and listing.ts.
 */

import { canonical } from './canonical.ts';
import { malformed } from './kernel.ts';
import { listRule, parseListed } from './listing.ts';
import { LOCATORS } from './locator.ts';
import { parseLine } from './parse.ts';
import type { Field, Rule } from './rule.ts';
import { FIELDS, fieldName, type Reading } from './vocabulary.ts';
import type { World } from './world.ts';

/** A line cut at its path, or else at a number that a field equals, and at its last key. */
export interface CutLine {
  /** The line without them, {@link HOLE} in the place of the path or number. */
  readonly around: string;
  readonly value: string;
  /** Empty where there is none. */
  readonly key: string;
}

/** No line that is cut has it. */
const HOLE = '\0';

/** Shorter than any word or line that auditctl cuts or refuses for its length. */
const SHORT = 255;

/** No escape, no byte that auditctl gives a meaning, and nothing beyond ASCII. */
const PLAIN = /^[ -[\]-~]+$/;

/** A path that is not in its one spelling, or that may be read as an operator and its value. */
const ODD = /\/\.{0,2}(?:\/|$)|[!<=>&]/;

/** A field that equals a number in its one spelling. */
const NUMBERED = / -F [a-z]+=(?=(?:0|[1-9]\d{0,8})(?: |$))/;

/** Undefined where what is cut out could be read as anything else. */
export function cutLine(text: string): CutLine | undefined {
  if (text.length >= SHORT || !PLAIN.test(text)) return undefined;
  const slash = text.indexOf('/');
  const start = slash < 0 ? endOf(NUMBERED.exec(text)) : slash;
  if (start < 0) return undefined;
  const space = text.indexOf(' ', start);
  const end = space < 0 ? text.length : space;
  const value = text.slice(start, end);
  if (slash >= 0 && ODD.test(value)) return undefined;
  const around = text.slice(0, start) + HOLE;
  const word = text.lastIndexOf(' ') + 1;
  const keyAt = word + (text.startsWith('-F key=', word - 3) ? 'key='.length : 0);
  if (keyAt === word && !text.startsWith('-k ', word - 3))
    return { around: around + text.slice(end), value, key: '' };
  if (keyAt < end || keyAt === text.length) return undefined;
  return { around: around + text.slice(end, keyAt), value, key: text.slice(keyAt) };
}

function endOf(match: RegExpExecArray | null): number {
  return match === null ? -1 : match.index + match[0].length;
}

/** What the rules of a frame share. */
export interface Frame {
  /** auditctl lists them as `${head}VALUE${middle}KEY`. */
  readonly head: string;
  readonly middle: string;
  /** `path`, or the field that equals a number. */
  readonly field: string;
  /** Fields that are compared otherwise than with one value. */
  readonly turned: readonly string[];
}

/** A line, told by its frame. */
export interface FramedLine extends Pick<CutLine, 'value' | 'key'> {
  readonly frame: Frame;
}

/** How auditctl lists the line. */
export function listedAs({ frame, value, key }: FramedLine): string {
  return `${frame.head}${value}${frame.middle}${key}`;
}

/**
 * Tells the lines of a rules file whose frames are rules that load on such a host, if they name no
 * path or one in a directory that is there, and none twice.
 */
export function frameFinder(
  printer: Pick<World, 'machine' | 'version'>,
): (text: string) => FramedLine | undefined {
  const world = { ...printer, paths: new Map(), users: new Map(), groups: new Map() };
  return finder((text, cut) => {
    if (mayLackRoom(cut)) return undefined;
    const statement = parseLine(text, { kind: 'argument' });
    if (statement.kind !== 'rule' || statement.prepend || statement.directives.length > 0)
      return undefined;
    const sent = canonical(statement.rule, world);
    if ('reason' in sent || malformed(sent.value, world) !== undefined) return undefined;
    return frameOf(statement.rule, cut, listRule(sent.value, world));
  });
}

/** Tells the lines of `auditctl -l` in the same way. */
export function listedFrameFinder(): (text: string) => FramedLine | undefined {
  return finder((text, cut) => {
    const statement = parseListed(text, 1);
    return statement.kind === 'rule' ? frameOf(statement.rule, cut, text) : undefined;
  });
}

function finder(
  read: (text: string, cut: CutLine) => Frame | undefined,
): (text: string) => FramedLine | undefined {
  const known = new Map<string, Frame | undefined>();
  return (text) => {
    const cut = cutLine(text);
    if (cut === undefined) return undefined;
    const { around, value, key } = cut;
    if (!known.has(around)) known.set(around, read(text, cut));
    const frame = known.get(around);
    return frame && { frame, value, key };
  };
}

/** auditctl has room for one word in three bytes, and one more; a path has two bytes at least. */
function mayLackRoom({ around, value, key }: CutLine): boolean {
  const least = around.length + (value.startsWith('/') ? 1 : 0) + (key === '' ? 0 : 1);
  return (around.split(' ').length - 1) * 3 > least;
}

/** Undefined unless what was cut out is the one place or number, and the key, of the rule. */
function frameOf(rule: Rule, cut: CutLine, listed: string): Frame | undefined {
  const { around, value, key } = cut;
  const before = around.slice(0, around.indexOf(HOLE));
  const isPath = value.startsWith('/');
  const field = isPath ? placeIn(rule, before) : numberIn(rule, before);
  if (field?.value !== value || (key !== '' && rule.keys.at(-1) !== key)) return undefined;
  const lead = isPath ? '' : ` -F ${field.name}=`;
  const start = listed.indexOf(lead + value) + lead.length;
  const head = listed.slice(0, start);
  // Elsewhere than in a watch auditctl tells whether `-w` found a directory.
  if (field.name === 'watch' && head.endsWith('=')) return undefined;
  return {
    head,
    middle: listed.slice(start + value.length, listed.length - key.length),
    field: isPath ? 'path' : field.name,
    turned: rule.fields.flatMap((one) =>
      one.kind === 'value' && one.operator !== '=' ? one.name : [],
    ),
  };
}

type ValueField = Extract<Field, { readonly kind: 'value' }>;

/** The one field that says where, if it is what begins `before` the cut. */
function placeIn({ list, fields }: Rule, before: string): ValueField | undefined {
  const [place, ...more] = fields.filter((one) => one.kind === 'value' && LOCATORS.has(one.name));
  if (list !== 'exit' || place?.kind !== 'value' || more.length > 0) return undefined;
  return place.name !== 'dir' && /-w $|-F path=$/.test(before) ? place : undefined;
}

/** The one field of a rule on every file that is to equal the number after `before`. */
function numberIn({ list, action, fields }: Rule, before: string): ValueField | undefined {
  const name = fieldName(/ -F ([a-z]+)=$/.exec(before)?.[1] ?? '');
  const values = fields.filter((one) => one.kind === 'value');
  const [field, ...more] = values.filter((one) => one.name === name && one.operator === '=');
  if (list !== 'exit' || action === 'never' || more.length > 0) return undefined;
  if (values.some((one) => LOCATORS.has(one.name)) || name === 'success') return undefined;
  return NUMERIC.has(FIELDS.get(name)?.reads) ? field : undefined;
}

/** What is listed as it is written. */
const NUMERIC: ReadonlySet<Reading | undefined> = new Set<Reading>(['user', 'group', 'number']);
