/** A reporter for vitest: behind the results a table of the seconds of each scenario on each release. */

import type { Reporter, TestModule } from 'vitest/node';
import { RELEASES } from './releases.ts';

/** As `reporters` of vitest takes it. */
export const seconds: Reporter = {
  onTestRunEnd: (modules) => {
    const rows = modules.flatMap(rowsOf);
    const width = Math.max(...rows.map(([name]) => name.length));
    const names = RELEASES.map(({ name }) => name);
    for (const [name, cells] of [['', names] as const, ...rows])
      console.log([name.padEnd(width), ...cells.map((cell) => cell.padStart(9))].join(' '));
  },
};

function rowsOf(module: TestModule): readonly (readonly [string, readonly string[]])[] {
  const tests = [...module.children.allTests()].filter((test) => test.result().state !== 'skipped');
  const byName = Map.groupBy(tests, ({ name }) => name);
  return [...byName].map(([name, group]) => [
    name,
    RELEASES.map((release) => {
      const test = group.find(
        ({ parent }) => parent.type === 'suite' && parent.name === release.name,
      );
      if (test === undefined) return '–';
      const took = Math.round((test.diagnostic()?.duration ?? 0) / 1000);
      return test.result().state === 'passed' ? `${took}` : `failed ${took}`;
    }),
  ]);
}
