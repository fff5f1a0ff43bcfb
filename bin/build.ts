/** Bundles src/ into one lazy file: `await import()` becomes an initialiser that runs when it is reached. */

import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { access, constants, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const LIMIT_BYTES = 1_000_000;

/** inquirer's editor prompt brings 500 KB of character tables that nobody here asks for. */
const unused = /^(iconv-lite|chardet|@inquirer\/external-editor)$/;

if (await isFresh()) process.exit();
await requireWritable();

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

/** Whether nothing that the bundle is made of is younger than it: then another user's is as good. */
async function isFresh(): Promise<boolean> {
  const bundle = statSync('dist/main.cjs', { throwIfNoEntry: false });
  if (bundle === undefined) return false;
  const folders = await Promise.all(
    ['src', 'templates'].map((folder) => readdir(folder, { recursive: true, withFileTypes: true })),
  );
  const files = folders.flat().map(({ parentPath, name }) => join(parentPath, name));
  return ['bin/build.ts', 'package.json', 'package-lock.json', ...files].every(
    (path) => statSync(path).mtimeMs <= bundle.mtimeMs,
  );
}

/** A clone in which root built first. */
async function requireWritable(): Promise<void> {
  const folder = statSync('dist', { throwIfNoEntry: false }) ? 'dist' : '.';
  try {
    await access(folder, constants.W_OK);
  } catch {
    process.stderr.write(
      'cannot build: this user may not write dist/, which another one made\n' +
        "build as that user: 'sudo npm run build'\n",
    );
    process.exit(1);
  }
}
