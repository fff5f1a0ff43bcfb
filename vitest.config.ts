import { readFile } from 'node:fs/promises';
import { defineConfig } from 'vitest/config';

const quick = ['unit', 'property', 'golden', 'contract', 'architecture', 'terminal'];
// Live tests change the kernel's one table: they run alone, after each other, when asked for.
const live = process.env['LIVE_KERNEL'] === '1' ? ['kernel'] : [];

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
    projects: [...quick, ...live].map((name) => ({
      plugins: [text],
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        setupFiles: ['test/support/seed.ts'],
        testTimeout: name === 'kernel' ? 120_000 : 30_000,
        hookTimeout: 60_000,
        fileParallelism: name !== 'kernel',
        sequence: { groupOrder: name === 'kernel' ? 1 : 0 },
      },
    })),
  },
});
