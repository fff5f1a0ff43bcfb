/** Holding a file where it was found, while its directory is swapped against a link. */

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { held, heldEntry } from '../../../src/host/anchor.ts';
import { absolutePath } from '../../../src/paths.ts';

let folder: string;
const at = (...names: readonly string[]) => absolutePath(path.join(folder, ...names));

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'dockaudit-anchor-')));
  for (const name of ['inside', 'outside']) {
    mkdirSync(at(name));
    writeFileSync(at(name, 'file'), name);
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

function swap(): void {
  renameSync(at('inside'), at('moved'));
  symlinkSync('outside', at('inside'));
}

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

test.each([
  ['a file', held],
  ['an entry', heldEntry],
])('%s that lies behind a link by now is refused, and nobody works at it', (_name, hold) => {
  swap();
  let works = 0;
  const holding = () => hold(at('inside', 'file'), () => (works += 1));
  expect(holding).toThrow(expect.objectContaining({ code: 'EMOVED' }));
  expect(works).toBe(0);
});

test('a file that became a link is refused', () => {
  unlinkSync(at('inside', 'file'));
  symlinkSync('../outside/file', at('inside', 'file'));
  const holding = () => held(at('inside', 'file'), () => 'worked');
  expect(holding).toThrow(expect.objectContaining({ code: 'EMOVED' }));
});

test('a file that is held stays the same, whatever its path leads to', () => {
  const text = held(at('inside', 'file'), (place) => {
    swap();
    return readFileSync(place, 'utf8');
  });
  expect(text).toBe('inside');
});

test('a directory that is held takes what is made in it along', () => {
  heldEntry(at('inside', 'new'), (place) => {
    swap();
    writeFileSync(place, '');
  });
  expect(readdirSync(at('outside'))).toEqual(['file']);
  expect(readdirSync(at('moved'))).toEqual(['file', 'new']);
});

test('no descriptor stays open, however it ends', () => {
  const before = descriptors();
  held(at('inside', 'file'), () => undefined);
  heldEntry(at('inside', 'file'), () => undefined);
  swap();
  for (const hold of [held, heldEntry])
    expect(() => hold(at('inside', 'file'), () => undefined)).toThrow('EMOVED');
  expect(descriptors()).toBe(before);
});
