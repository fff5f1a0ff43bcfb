/** `npm run bench`: who judges how much rightly, and what it costs, beside what one would run instead. */

import { growth } from './growth.ts';
import { manyRules, type Compared } from './many-rules.ts';
import { measure, peakMemoryKiB, type Measured } from './measure.ts';
import { contenders } from './contenders.ts';
import { scores } from './score.ts';

const RUNS = 20;
/** Ratios to `node -e 0` that dockaudit means to keep. */
const TARGETS: Readonly<Record<string, number>> = { '--version': 1.3, check: 2 };
const MEMORY_TARGET = 1.5;
const RATIO_TARGET = 1.5;

console.log('Right verdicts in the 28 situations of test/corpus/situations.json\n');
print(['who', 'daemon', 'docker.socket', 'in all'], await scores());

const { commands, host, dispose } = contenders();
console.log(`\nEach command ${RUNS} times, in turn, on ${host}; Node ${process.versions.node}\n`);
try {
  const rows = await measure(commands, RUNS);
  const base = rows.find(({ name }) => name === 'node -e 0')?.median ?? Number.NaN;
  print(
    ['command', 'median', 'range', '× node', 'target'],
    rows.map((row) => [
      row.name,
      ms(row.median),
      range(row),
      (row.median / base).toFixed(2),
      target(row),
    ]),
  );
  const least = await peakMemoryKiB(['-e', '0']);
  const memory = await Promise.all(
    commands
      .flatMap(({ name, script }) => (script ? [{ name, script }] : []))
      .map(async ({ name, script }) => [name, await peakMemoryKiB(script)] as const),
  );
  console.log(`\nPeak memory, target ${MEMORY_TARGET} × node -e 0\n`);
  print(
    ['command', 'MiB', '× node'],
    [['node -e 0', least] as const, ...memory].map(([name, kib]) => [
      name,
      (kib / 1024).toFixed(0),
      (kib / least).toFixed(2),
    ]),
  );
  const many = await manyRules(RUNS);
  console.log(
    many
      ? `\nMany rules over few, without auditctl -l: ${ratios(many)}; target × ${RATIO_TARGET}\n`
      : '\nMany rules over few: not measured, it takes root and auditctl',
  );
  if (many)
    print(
      ['command', 'median', 'range'],
      many.rows.map((row) => [row.name, ms(row.median), range(row)]),
    );
  console.log('\nGrowth, ms in one process; per rule it stays the same if growth is linear\n');
  print(
    ['rules', 'parse', 'load', 'judge', 'µs a rule'],
    growth([10, 100, 1_000, 10_000, 100_000]),
  );
} finally {
  dispose();
}

function ratios(compared: Compared): string {
  return compared.ratios.map(({ name, ratio }) => `× ${ratio.toFixed(2)} ${name}`).join(', ');
}

function target({ name }: Measured): string {
  return TARGETS[name] === undefined ? '' : `${TARGETS[name]}`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function range({ least, most }: Measured): string {
  return `${least.toFixed(1)}–${most.toFixed(1)}`;
}

function print(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  for (const row of all)
    console.log(
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    );
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
