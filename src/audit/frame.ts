/**
 * Rules of a large set differ in few words. What stands around these, the frame, is read once; a line
 * whose frame cannot be told so plainly is left to parse.ts and listing.ts.
 */

import { namesCalls } from './access.ts';
import { canonicalCalls } from './call-list.ts';
import { canonical } from './canonical.ts';
import { cutLine, HOLE, NUMBERED, type CutLine } from './cut-line.ts';
import { namesIn } from './handlers.ts';
import { malformed } from './kernel.ts';
import { asksForSome } from './left-over.ts';
import { listRule, parseListed } from './listing.ts';
import { LOCATORS } from './locator.ts';
import { conditionsOf } from './match.ts';
import { parseLine } from './parse.ts';
import { absolutePath } from '../paths.ts';
import type { Field, Rule } from './rule.ts';
import { interfaceOf } from './syscalls.ts';
import type { World } from './world.ts';

type ValueField = Extract<Field, { readonly kind: 'value' }>;

/** auditctl lists the rules of a frame as `${head}CALLS${middle}VALUE${tail}KEY`. */
export interface Frame {
  readonly head: string;
  readonly middle: string;
  readonly tail: string;
  /** What a rule asks for that names no path; undefined of one that does. */
  readonly conditions: readonly Field[] | undefined;
  /** The condition that the value is of, if it is one. */
  readonly asks: ValueField | undefined;
}

/** A line, told by its frame. */
export interface FramedLine extends Pick<CutLine, 'value' | 'key'> {
  readonly frame: Frame;
  /** As auditctl lists them. */
  readonly calls: string;
  /** Of a path what stands before its last name: nothing, of one in the root. */
  readonly directory: string | undefined;
}

/** How auditctl lists the line. */
export function listedAs({ frame, calls, value, key }: FramedLine): string {
  return `${frame.head}${calls}${frame.middle}${value}${frame.tail}${key}`;
}

type Printer = Pick<World, 'machine' | 'version'>;

/** How auditctl lists what `-S` names, if it takes it. */
type CallsAs = (calls: string) => string | undefined;

/**
 * Tells the lines of a rules file whose frames are rules that load on such a host, if the directory
 * of the path is there, and none is there twice.
 */
export function frameFinder(printer: Printer): (text: string) => FramedLine | undefined {
  const known = new Map<string, string | undefined>();
  return finder((text, cut) => {
    if (mayLackRoom(cut)) return undefined;
    const statement = parseLine(text, { kind: 'argument' });
    if (statement.kind !== 'rule' || statement.prepend || statement.directives.length > 0)
      return undefined;
    const { rule } = statement;
    const world = { ...printer, paths: standingAt(cut), users: new Map(), groups: new Map() };
    const sent = canonical(rule, world);
    if ('reason' in sent || malformed(sent.value, world) !== undefined) return undefined;
    const where = interfaceOf(rule, printer.machine);
    const callsAs: CallsAs = (calls) => {
      const key = `${where} ${calls}`;
      if (!known.has(key)) known.set(key, listedCalls(rule, calls, world));
      return known.get(key);
    };
    const calls = cut.calls === '' ? '' : callsAs(cut.calls);
    const frame =
      calls === undefined ? undefined : frameOf(rule, cut, listRule(sent.value, world), calls);
    return frame && { frame, callsAs };
  });
}

/** Tells the lines of `auditctl -l` in the same way. */
export function listedFrameFinder(): (text: string) => FramedLine | undefined {
  return finder((text, cut) => {
    const statement = parseListed(text, 1);
    if (statement.kind !== 'rule') return undefined;
    const frame = frameOf(statement.rule, cut, text, cut.calls);
    return frame && { frame, callsAs: asTheyAre };
  });
}

function asTheyAre(calls: string): string {
  return calls;
}

interface Read {
  readonly frame: Frame;
  readonly callsAs: CallsAs;
}

function finder(
  read: (text: string, cut: CutLine) => Read | undefined,
): (text: string) => FramedLine | undefined {
  const known = new Map<string, Read | 'none'>();
  return (text) => {
    const cut = cutLine(text);
    if (cut === undefined) return undefined;
    const { around, value, key } = cut;
    let found = known.get(around);
    if (found === undefined) known.set(around, (found = read(text, cut) ?? 'none'));
    if (found === 'none') return undefined;
    const calls = cut.calls === '' ? '' : found.callsAs(cut.calls);
    if (calls === undefined) return undefined;
    const directory = isPath(value) ? value.slice(0, value.lastIndexOf('/')) : undefined;
    return { frame: found.frame, calls, value, key, directory };
  };
}

function isPath(value: string): boolean {
  return value.startsWith('/');
}

/** auditctl has room for one word in three bytes, and one more; a path has two bytes at least. */
function mayLackRoom({ around, value, key }: CutLine): boolean {
  const least = around.length + (isPath(value) ? 1 : 0) + (key === '' ? 0 : 1);
  return (around.split(' ').length - 1) * 3 > least;
}

/** Something stands at the path: whether it does is asked of its directory. */
function standingAt({ value }: CutLine): World['paths'] {
  return isPath(value)
    ? new Map([[value, { kind: 'unseen', place: absolutePath(value) }]])
    : new Map();
}

/** A name that stands for all, or for none, makes another rule. */
function listedCalls(rule: Rule, calls: string, world: World): string | undefined {
  const sent = canonicalCalls({ ...rule, syscalls: namesIn(calls) }, world);
  if ('reason' in sent || sent.value === 'all') return undefined;
  return sent.value.join(',') || undefined;
}

/** Undefined unless what was cut out is just what the rule says of it. */
function frameOf(rule: Rule, cut: CutLine, listed: string, callsAs: string): Frame | undefined {
  const { calls, value, key } = cut;
  const named = namesCalls(rule) ? String(rule.syscalls) : '';
  if (rule.list !== 'exit' || named !== calls) return undefined;
  if (key !== '' && rule.keys.at(-1) !== key) return undefined;
  const callsAt = calls === '' ? 0 : listed.indexOf(NAMED) + NAMED.length;
  const callsEnd = callsAt + callsAs.length;
  const places = rule.fields.filter((one) => one.kind === 'value' && LOCATORS.has(one.name));
  const told = value === '' ? undefined : fieldOf(rule, cut);
  if ((value !== '' && told === undefined) || places.some((one) => one !== told)) return undefined;
  const conditions = places.length === 0 ? conditionsOf(rule) : undefined;
  // What says never, or asks for nothing, is no rule among many.
  if (conditions && (rule.action === 'never' || !asksForSome(conditions))) return undefined;
  const valueAt = told === undefined ? callsEnd : placeOf(told, listed, callsEnd);
  const head = listed.slice(0, callsAt);
  const middle = listed.slice(callsEnd, valueAt);
  // Elsewhere than in a watch auditctl tells whether `-w` found a directory.
  if (told?.name === 'watch' && middle.endsWith('=')) return undefined;
  const tail = listed.slice(valueAt + value.length, listed.length - key.length);
  return { head, middle, tail, conditions, asks: conditions && told };
}

const NAMED = ' -S ';

/** The field that the value was cut from. */
function fieldOf({ fields }: Rule, { around, value }: CutLine): ValueField | undefined {
  const [found, name = 'watch'] = VALUED.exec(around) ?? [];
  if (found === undefined) return undefined;
  const field = fields.find((one) => one.kind === 'value' && one.name === name);
  const isIt = field?.kind === 'value' && field.operator === '=' && field.value === value;
  return isIt ? field : undefined;
}

const VALUED = new RegExp(`(?:-w |-F (path|exe|${NUMBERED})=)${HOLE}`);

/** Where the value stands in the line that auditctl lists. */
function placeOf({ name, value }: ValueField, listed: string, from: number): number {
  if (isPath(value)) return listed.indexOf('/', from);
  const before = `-F ${name}=`;
  return `${listed} `.indexOf(`${before}${value} `, from) + before.length;
}
