import { readFile } from 'node:fs/promises';
import { defineConfig } from 'vitest/config';

const quick = ['unit', 'property', 'golden', 'contract', 'architecture', 'terminal'];
// Live tests change the kernel's one table: they run alone, after each other, when asked for.
const live = process.env['LIVE_KERNEL'] === '1' ? ['kernel', 'faults'] : [];

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
    projects: [...quick, ...live].map((name) => ({
      plugins: [text],
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        setupFiles: ['test/support/seed.ts'],
        // The whole of the matrices takes hours: it is a count of points, and no measure of speed.
        testTimeout: name === 'faults' ? 0 : live.includes(name) ? 120_000 : 30_000,
        hookTimeout: 60_000,
        fileParallelism: !live.includes(name),
        sequence: { groupOrder: live.indexOf(name) + 1 },
      },
    })),
  },
});
