/**
 * Draws docs/session.svg from a real session: a shell in a PTY, `dockaudit demo`, keys as a person
 * presses them, and the screens that come of it, colours included. Run it after a build.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import xterm from '@xterm/headless';
import { openScreen } from '../test/support/screen.ts';

const COLUMNS = 92;
const ROWS = 36;
const PROMPT = '$ ';

/** What the person saw at one moment, and how long the picture shows it. */
interface Moment {
  readonly raw: string;
  readonly seconds: number;
}

interface Frame {
  readonly lines: readonly (readonly Run[])[];
  readonly seconds: number;
}

/** One stretch of a line that looks alike. */
interface Run {
  readonly column: number;
  readonly text: string;
  readonly look: Look;
}

interface Look {
  readonly colour: string;
  readonly ground: string | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
}

type Cell = NonNullable<ReturnType<Line['getCell']>>;
type Line = NonNullable<
  ReturnType<InstanceType<typeof xterm.Terminal>['buffer']['active']['getLine']>
>;

const GROUND = '#14181f';
const INK = '#d7dde6';
/** The sixteen colours of a terminal, each readable on the ground. */
const PALETTE: readonly string[] = (
  '#3b4252 #ff7b72 #56d364 #e3b341 #79b8ff #d2a8ff #56d4dd #d7dde6 ' +
  '#8b949e #ffa198 #7ee787 #f2cc60 #a5d6ff #e2c5ff #7ce8ef #ffffff'
).split(' ');

const GLYPH = { width: 8.4, height: 18, size: 14 } as const;
const MARGIN = { side: 18, top: 50, bottom: 18 } as const;
const FONT =
  "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

await draw();

async function draw(): Promise<void> {
  const programs = await mkdtemp(`${tmpdir()}/dockaudit-picture-`);
  try {
    const script = `#!/bin/sh\nexec node '${resolve('bin/dockaudit.js')}' "$@"\n`;
    await writeFile(`${programs}/dockaudit`, script, { mode: 0o755 });
    const moments = await play(programs);
    const frames = await Promise.all(moments.map(frameOf));
    await writeFile('docs/session.svg', svgOf(frames));
    process.stdout.write(`docs/session.svg: ${frames.length} screens of ${COLUMNS} × ${ROWS}\n`);
  } finally {
    await rm(programs, { recursive: true });
  }
}

/** The session, key by key. */
async function play(programs: string): Promise<readonly Moment[]> {
  const screen = openScreen({
    argv: ['/bin/sh'],
    columns: COLUMNS,
    rows: ROWS,
    cwd: '/',
    env: { PS1: PROMPT, PATH: `${programs}:${process.env['PATH'] ?? ''}` },
  });
  const moments: Moment[] = [];
  const seen = async (seconds: number): Promise<void> => {
    // inquirer and less draw in several pieces.
    await new Promise((done) => setTimeout(done, 400));
    moments.push({ raw: screen.raw(), seconds });
  };
  await screen.waitFor(PROMPT.trim());
  screen.type('dockaudit demo\r');
  await screen.waitFor('Which controls shall be fixed?');
  await seen(6);
  screen.type('\r');
  await screen.waitFor('q: go on');
  await seen(6);
  // Page by page, as long as less has more.
  for (let last = false; !last;) {
    screen.type(' ');
    await new Promise((done) => setTimeout(done, 400));
    last = screen.text().includes('Apply?') || screen.text().includes('(END)');
    if (!screen.text().includes('Apply?')) await seen(6);
  }
  if (!screen.text().includes('Apply?')) screen.type('q');
  await screen.waitFor('Apply?');
  await seen(4);
  screen.type('y\r');
  await screen.waitFor(/To undo it[^]*was judged\.\s*\n\$/);
  await seen(9);
  screen.type('exit\r');
  await screen.ended();
  return moments;
}

async function frameOf({ raw, seconds }: Moment): Promise<Frame> {
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  await new Promise<void>((done) => terminal.write(raw, done));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: ROWS }, (_, row) => active.getLine(active.baseY + row));
  return { lines: lines.map((line) => (line ? runsOf(line) : [])), seconds };
}

function runsOf(line: Line): readonly Run[] {
  const runs: Run[] = [];
  for (let column = 0; column < COLUMNS; column++) {
    const cell = line.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const look = lookOf(cell);
    const text = cell.getChars() || ' ';
    const last = runs.at(-1);
    // Fonts draw signs such as ✔ in a width of their own: each stands alone, the rest stays aligned.
    if (last && sameLook(last.look, look) && isPlain(text) && isPlain(last.text))
      runs[runs.length - 1] = { ...last, text: last.text + text };
    else runs.push({ column, text, look });
  }
  return runs.filter(({ text, look }) => text.trim() !== '' || look.ground !== undefined);
}

function isPlain(text: string): boolean {
  return /^[\x20-\x7e]+$/.test(text);
}

function lookOf(cell: Cell): Look {
  const fore = colourOf(cell.isFgPalette(), cell.isFgRGB(), cell.getFgColor()) ?? INK;
  const ground = colourOf(cell.isBgPalette(), cell.isBgRGB(), cell.getBgColor());
  const inverse = cell.isInverse() !== 0;
  return {
    colour: inverse ? (ground ?? GROUND) : fore,
    ground: inverse ? fore : ground,
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    underline: cell.isUnderline() !== 0,
  };
}

function colourOf(isPalette: boolean, isRgb: boolean, value: number): string | undefined {
  if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
  return isPalette ? PALETTE[value] : undefined;
}

function sameLook(one: Look, other: Look): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Frames in turn where motion is welcome, else the last one. */
function svgOf(frames: readonly Frame[]): string {
  const width = round(COLUMNS * GLYPH.width + 2 * MARGIN.side);
  const height = ROWS * GLYPH.height + MARGIN.top + MARGIN.bottom;
  const lights = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, index) => `<circle cx="${22 + index * 20}" cy="20" r="6" fill="${colour}"/>`,
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    '<title id="title">A fix session of dockaudit on its practice host: verdicts, the diffs, the question, the steps, the verdicts again and the way back</title>',
    `<style>${turns(frames)}</style>`,
    `<rect width="${width}" height="${height}" rx="10" fill="${GROUND}"/>`,
    ...lights,
    `<g font-family="${FONT}" font-size="${GLYPH.size}" fill="${INK}" xml:space="preserve">`,
    ...frames.flatMap(({ lines }, index) => [
      `<g class="f${index}"${index < frames.length - 1 ? ' visibility="hidden"' : ''}>`,
      ...lines.flatMap((runs, row) => runs.map((run) => drawn(run, row))),
      '</g>',
    ]),
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

function turns(frames: readonly Frame[]): string {
  const total = frames.reduce((sum, { seconds }) => sum + seconds, 0);
  let begun = 0;
  const rules = frames.map(({ seconds }, index) => {
    const [from, to] = [begun, begun + seconds].map((at) => round((at / total) * 100));
    begun += seconds;
    const before = index === 0 ? '' : '0%{visibility:hidden}';
    return (
      `@keyframes k${index}{${before}${from}%{visibility:visible}${to}%,100%{visibility:${index === frames.length - 1 ? 'visible' : 'hidden'}}}` +
      `.f${index}{animation:k${index} ${total}s step-end infinite}`
    );
  });
  return `@media (prefers-reduced-motion:no-preference){${rules.join('')}}`;
}

function drawn({ column, text, look }: Run, row: number): string {
  const x = round(MARGIN.side + column * GLYPH.width);
  const y = MARGIN.top + row * GLYPH.height;
  const width = round(text.length * GLYPH.width);
  const attributes = [
    `x="${x}"`,
    `y="${y}"`,
    ...(isPlain(text) ? [`textLength="${width}"`] : []),
    ...(look.colour === INK ? [] : [`fill="${look.colour}"`]),
    ...(look.bold ? ['font-weight="bold"'] : []),
    ...(look.dim ? ['opacity="0.65"'] : []),
    ...(look.underline ? ['text-decoration="underline"'] : []),
  ].join(' ');
  const ground =
    look.ground === undefined
      ? ''
      : `<rect x="${x}" y="${y - GLYPH.size}" width="${width}" height="${GLYPH.height}" fill="${look.ground}"/>`;
  return `${ground}<text ${attributes}>${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;' })[sign] ?? '&gt;');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
