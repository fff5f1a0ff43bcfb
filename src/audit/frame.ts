/**
 * Rules of a large set differ in a path and a key. What stands around these, the frame, is read once;
 * a line whose frame cannot be told so plainly is left to parse.ts and listing.ts.
 */

import { canonical } from './canonical.ts';
import { malformed } from './kernel.ts';
import { listRule, parseListed } from './listing.ts';
import { LOCATORS } from './locator.ts';
import { parseLine } from './parse.ts';
import type { Field, Rule } from './rule.ts';
import type { World } from './world.ts';

/** A line cut at its path and at its last key. */
interface CutLine {
  /** The line without them, {@link HOLE} in the place of the path. */
  readonly around: string;
  readonly path: string;
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

/** Undefined where what is cut out could be read as anything else. */
function cutLine(text: string): CutLine | undefined {
  if (text.length >= SHORT || !PLAIN.test(text)) return undefined;
  const start = text.indexOf('/');
  if (start < 0) return undefined;
  const space = text.indexOf(' ', start);
  const end = space < 0 ? text.length : space;
  const path = text.slice(start, end);
  if (ODD.test(path)) return undefined;
  const around = text.slice(0, start) + HOLE;
  const word = text.lastIndexOf(' ') + 1;
  const keyAt = word + (text.startsWith('-F key=', word - 3) ? 'key='.length : 0);
  if (keyAt === word && !text.startsWith('-k ', word - 3))
    return { around: around + text.slice(end), path, key: '' };
  if (keyAt < end || keyAt === text.length) return undefined;
  return { around: around + text.slice(end, keyAt), path, key: text.slice(keyAt) };
}

/** auditctl lists the rules of a frame as `${head}PATH${middle}KEY`. */
export interface Frame {
  readonly head: string;
  readonly middle: string;
}

/** A line, told by its frame. */
export interface FramedLine extends Pick<CutLine, 'path' | 'key'> {
  readonly frame: Frame;
  /** The path before its last name; empty of what stands in the root. */
  readonly directory: string;
}

/** How auditctl lists the line. */
export function listedAs({ frame, path, key }: FramedLine): string {
  return `${frame.head}${path}${frame.middle}${key}`;
}

/**
 * Tells the lines of a rules file whose frames are rules that load on such a host, if the directory
 * of the path is there, and none is there twice.
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
  const known = new Map<string, Frame | 'none'>();
  return (text) => {
    const cut = cutLine(text);
    if (cut === undefined) return undefined;
    const { around, path, key } = cut;
    let frame = known.get(around);
    if (frame === undefined) known.set(around, (frame = read(text, cut) ?? 'none'));
    if (frame === 'none') return undefined;
    return { frame, path, key, directory: path.slice(0, path.lastIndexOf('/')) };
  };
}

/** auditctl has room for one word in three bytes, and one more; a path has two bytes at least. */
function mayLackRoom({ around, key }: CutLine): boolean {
  const least = around.length + (key === '' ? 1 : 2);
  return (around.split(' ').length - 1) * 3 > least;
}

/** Undefined unless what was cut out is the one place, and the last key, of the rule. */
function frameOf(rule: Rule, { around, path, key }: CutLine, listed: string): Frame | undefined {
  const place = placeIn(rule, around.slice(0, around.indexOf(HOLE)));
  if (place?.value !== path || (key !== '' && rule.keys.at(-1) !== key)) return undefined;
  const start = listed.indexOf('/');
  const head = listed.slice(0, start);
  // Elsewhere than in a watch auditctl tells whether `-w` found a directory.
  if (place.name === 'watch' && head.endsWith('=')) return undefined;
  return { head, middle: listed.slice(start + path.length, listed.length - key.length) };
}

/** The one field that says where, if it is what begins `before` the cut. */
function placeIn(
  { list, fields }: Rule,
  before: string,
): Extract<Field, { readonly kind: 'value' }> | undefined {
  const [place, ...more] = fields.filter((one) => one.kind === 'value' && LOCATORS.has(one.name));
  if (list !== 'exit' || place?.kind !== 'value' || more.length > 0) return undefined;
  return place.name !== 'dir' && /-w $|-F path=$/.test(before) ? place : undefined;
}
