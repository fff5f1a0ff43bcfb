/** Bundles src/ into one lazy file: `await import()` becomes an initialiser that runs when it is reached. */

import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const LIMIT_BYTES = 800_000;

/** inquirer's editor prompt brings 500 KB of character tables that nobody here asks for. */
const unused = /^(iconv-lite|chardet|@inquirer\/external-editor)$/;

await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.cjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22.22',
  minify: true,
  legalComments: 'none',
  loader: { '.txt': 'text' },
  logLevel: 'warning',
  plugins: [
    {
      name: 'leave-out-what-nothing-uses',
      setup(bundler) {
        bundler.onResolve({ filter: unused }, ({ path }) => ({ path, namespace: 'unused' }));
        bundler.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({
          contents: 'export default {}; export const editAsync = undefined, detect = undefined;',
        }));
      },
    },
  ],
});
const { size } = await stat('dist/main.cjs');
if (size > LIMIT_BYTES)
  throw new Error(`dist/main.cjs has ${size} bytes: something heavy slipped in`);

// The first run leaves its compiled code beside the bundle, so a check shall be the first.
await rm('dist/cache', { recursive: true, force: true });
const practice = await mkdtemp(join(tmpdir(), 'dockaudit-build-'));
try {
  const demo = ['bin/dockaudit.js', 'demo', 'check', '--exit-zero', '--quiet', '--dir', practice];
  await promisify(execFile)(process.execPath, demo);
} finally {
  await rm(practice, { recursive: true });
}
