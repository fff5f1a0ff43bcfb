/**
 * Takes a change's lines out of a file that others have edited since, where both can stand. Whole
 * lines; the second home of the library `diff`, which is loaded when a file was edited since.
 */

/** One text in three states, as `decode` reads them. */
export interface ThreeTexts {
  /** As the change left it. */
  readonly left: string;
  readonly now: string;
  /** As the undo would make it. */
  readonly wanted: string;
}

/** Where the same lines were edited since: what each state has there. */
export interface Conflict {
  /** Of the file as it is now, from 1. */
  readonly line: number;
  readonly left: readonly string[];
  readonly now: readonly string[];
  readonly wanted: readonly string[];
}

export type Merged =
  | { readonly kind: 'merged'; readonly text: string }
  | { readonly kind: 'conflict'; readonly conflict: Conflict };

/** Lines of the text that the change left, from `start` to before `end`, and what is there instead. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

/** Two long texts without a line in common would take minutes. */
const TIMEOUT_MS = 1000;

/** `now` with the difference from `left` to `wanted`, unless both changed the same lines. */
export async function mergeLines({ left, now, wanted }: ThreeTexts): Promise<Merged> {
  const library = await import('diff');
  const base = linesOf(left);
  const changesTo = (text: string): readonly Stretch[] => {
    const lines = linesOf(text);
    const parts = library.diffArrays([...base], [...lines], { timeout: TIMEOUT_MS });
    return parts ? changesOf(parts) : [{ start: 0, end: base.length, lines }];
  };
  const ours = changesTo(wanted);
  const theirs = changesTo(now);
  for (const one of ours) {
    const other = theirs.find((each) => clashes(one, each));
    if (other) return { kind: 'conflict', conflict: conflictOf(base, one, other, theirs) };
  }
  return { kind: 'merged', text: asEnded(joined(base, ours, theirs), now) };
}

/** Each with its newline; a last one without gets one, so that it is the line that it was. */
function linesOf(text: string): readonly string[] {
  const lines = text.split(/(?<=\n)/);
  const last = lines.at(-1) ?? '';
  if (last === '') return [];
  return last.endsWith('\n') ? lines : [...lines.slice(0, -1), `${last}\n`];
}

function changesOf(
  parts: readonly { readonly value: readonly string[]; added: boolean; removed: boolean }[],
): readonly Stretch[] {
  const changes: Stretch[] = [];
  let at = 0;
  let open: Stretch | undefined;
  const close = (): void => {
    if (open) changes.push(open);
    open = undefined;
  };
  for (const { value, added, removed } of parts) {
    if (!added && !removed) close();
    else {
      const { start, end, lines } = open ?? { start: at, end: at, lines: [] };
      open = added
        ? { start, end, lines: [...lines, ...value] }
        : { start, end: end + value.length, lines };
    }
    if (!added) at += value.length;
  }
  close();
  return changes;
}

/** Whether the two cannot both be done: beside each other they can, and so can the same. */
function clashes(ours: Stretch, theirs: Stretch): boolean {
  if (ours.start === theirs.start && ours.end === theirs.end)
    return !isSame(ours.lines, theirs.lines);
  if (isInsertion(ours)) return theirs.start < ours.start && ours.start < theirs.end;
  const isApart = isInsertion(theirs)
    ? theirs.start <= ours.start || theirs.start >= ours.end
    : theirs.end <= ours.start || theirs.start >= ours.end;
  // What others put between lines that go stays, and what they took out as well is gone.
  const goes = ours.lines.length === 0;
  return !isApart && !(goes && (isInsertion(theirs) || theirs.lines.length === 0));
}

function isInsertion({ start, end }: Stretch): boolean {
  return start === end;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, at) => line === other[at]);
}

function joined(
  base: readonly string[],
  ours: readonly Stretch[],
  theirs: readonly Stretch[],
): string {
  const isTwice = (one: Stretch): boolean =>
    ours.some((each) => each.start === one.start && each.end === one.end);
  const others = theirs.filter((one) => !isTwice(one));
  const all = [...ours, ...others];
  const text: string[] = [];
  for (let at = 0; at <= base.length; at++) {
    const here = [
      ...others.filter((one) => one.start === at && isInsertion(one)),
      ...ours.filter((one) => one.start === at),
      ...others.filter((one) => one.start === at && !isInsertion(one)),
    ];
    text.push(...here.flatMap(({ lines }) => lines));
    const isGone = all.some(({ start, end }) => start <= at && at < end);
    if (!isGone) text.push(base[at] ?? '');
  }
  return text.join('');
}

/** Without a final newline where the file has none and still ends in the same line. */
function asEnded(text: string, now: string): string {
  if (now === '' || now.endsWith('\n')) return text;
  const last = now.slice(now.lastIndexOf('\n') + 1);
  return text === `${last}\n` || text.endsWith(`\n${last}\n`) ? text.slice(0, -1) : text;
}

function conflictOf(
  base: readonly string[],
  ours: Stretch,
  other: Stretch,
  theirs: readonly Stretch[],
): Conflict {
  const shift = theirs
    .filter(({ start }) => start < other.start)
    .reduce((sum, { start, end, lines }) => sum + lines.length - (end - start), 0);
  const { start, end } = isInsertion(other) ? ours : other;
  return {
    line: other.start + shift + 1,
    left: plain(base.slice(start, end)),
    now: plain(other.lines),
    wanted: plain(ours.lines),
  };
}

function plain(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/\n$/, ''));
}
