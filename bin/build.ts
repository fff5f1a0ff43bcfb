/** Bundles src/ into one lazy file: `await import()` becomes an initialiser that runs when it is reached. */

import { build } from 'esbuild';
import { stat } from 'node:fs/promises';

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
  keepNames: true,
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
if (size > 1_000_000) throw new Error(`dist/main.cjs is ${size} bytes: something heavy slipped in`);
