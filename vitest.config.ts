import { readFile } from 'node:fs/promises';
import { defineConfig } from 'vitest/config';
import { seconds } from './test/machine/guest/seconds.ts';

const quick = ['unit', 'property', 'golden', 'contract', 'architecture', 'terminal'];
// Live tests change the kernel's one table: they run alone, after each other, when asked for.
const live = process.env['LIVE_KERNEL'] === '1' ? ['kernel', 'faults'] : [];
// One virtual machine at a time has work enough for this one.
const machine = process.env['MACHINE'] === '1';
const alone = machine ? [...live, 'machine'] : live;

/** Where 30 s are not enough. */
const limits: Readonly<Record<string, number>> = {
  kernel: 120_000,
  // The whole of the matrices takes hours: it is a count of points, and no measure of speed.
  faults: 0,
  machine: 900_000,
};

/** What esbuild's text loader does for the bundle. */
const text = {
  name: 'text',
  // Before Vite's own, for which such a file is an asset with an address.
  enforce: 'pre' as const,
  async load(id: string) {
    if (!id.endsWith('.txt')) return undefined;
    return `export default ${JSON.stringify(await readFile(id, 'utf8'))}`;
  },
};

export default defineConfig({
  test: {
    // All processors: the default leaves one idle, which of two is half. Live tests run alone anyway.
    maxWorkers: '100%',
    reporters: machine ? ['verbose', seconds] : ['default'],
    projects: [...quick, ...alone].map((name) => ({
      plugins: [text],
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        setupFiles: ['test/support/seed.ts'],
        globalSetup: name === 'machine' ? ['test/machine/guest/setup.ts'] : [],
        testTimeout: limits[name] ?? 30_000,
        // The first scenario of a release builds its image.
        hookTimeout: name === 'machine' ? 1_200_000 : 60_000,
        fileParallelism: !alone.includes(name),
        sequence: { groupOrder: alone.indexOf(name) + 1 },
      },
    })),
  },
});
