import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EXITS, pages } from '../../../bin/docs.ts';
import * as errors from '../../../src/errors.ts';

const top = new URL('../../../', import.meta.url);
const generated = await pages();

it.each(generated.map(({ path, text }) => [path, text] as const))(
  "%s is what 'node bin/docs.ts' makes",
  (path, text) => {
    expect(readFileSync(new URL(path, top), 'utf8')).toBe(text);
  },
);

it('tells the exit status of every failure', () => {
  const told = new Set(EXITS.flatMap(({ failures }) => failures.map(({ name }) => name)));
  const made = Object.entries(errors).flatMap(([name, value]) =>
    typeof value === 'function' && name !== 'Failure' ? [name] : [],
  );
  expect([...told].toSorted()).toEqual(made.toSorted());
});

it('gives each failure the status that it exits with', () => {
  for (const { status, failures } of EXITS)
    for (const failure of failures) expect([failure.name, failure.exitCode]).toContain(status);
});

it('tells every status once, smallest first', () => {
  const statuses = EXITS.map(({ status }) => status);
  expect(statuses).toEqual([...new Set(statuses)].toSorted((one, other) => one - other));
  for (const status of Object.values(errors.ExitStatus)) expect(statuses).toContain(status);
});

it('of the README has the same statuses', () => {
  const readme = readFileSync(new URL('README.md', top), 'utf8');
  const table = /## Exit statuses\n([^]*?)\n## /.exec(readme)?.[1] ?? '';
  const rows = [...table.matchAll(/^\| ([\d, ]+?) +\|/gm)].flatMap(([, cell]) =>
    (cell ?? '').split(', ').map(Number),
  );
  expect(rows).toEqual(EXITS.map(({ status }) => status));
});
