/** Absolute paths: one form, and no way out of the root. */

import { describe, expect, it } from 'vitest';
import { absolutePath, isAbsolutePath, isWithin, join, nameOf, parentOf } from '../../src/paths.ts';

describe('absolutePath', () => {
  it.each([
    ['/', '/'],
    ['/etc/audit', '/etc/audit'],
    ['/etc//audit/', '/etc/audit'],
    ['/etc/./audit/.', '/etc/audit'],
    ['/etc/audit/../docker', '/etc/docker'],
    ['/../../etc', '/etc'],
    ['/..', '/'],
    ['/sp ace/é', '/sp ace/é'],
    ['/...', '/...'],
  ])('%j is %j', (text, path) => {
    expect(absolutePath(text)).toBe(path);
    expect(isAbsolutePath(path)).toBe(true);
    expect(isAbsolutePath(text)).toBe(text === path);
  });

  it.each(['', 'etc', './etc', '../etc', '~/x', '/a\0b'])('%j is none', (text) => {
    expect(() => absolutePath(text)).toThrow(RangeError);
    expect(isAbsolutePath(text)).toBe(false);
  });
});

describe('parts', () => {
  it.each([
    ['/etc/audit', '/etc', 'audit'],
    ['/etc', '/', 'etc'],
    ['/', '/', ''],
  ])('%s is %s and %j', (path, parent, name) => {
    expect(parentOf(absolutePath(path))).toBe(parent);
    expect(nameOf(absolutePath(path))).toBe(name);
  });

  it.each([
    ['/etc', ['audit', 'rules.d'], '/etc/audit/rules.d'],
    ['/', ['etc'], '/etc'],
    ['/image', ['/etc/audit'], '/image/etc/audit'],
    ['/image', ['../../etc'], '/etc'],
    ['/etc', [], '/etc'],
  ])('%s with %j is %s', (base, parts, path) => {
    expect(join(absolutePath(base), ...parts)).toBe(path);
  });

  it.each([
    ['/usr/bin/x', '/usr/bin', true],
    ['/usr/bin', '/usr/bin', true],
    ['/usr/binary', '/usr/bin', false],
    ['/usr', '/usr/bin', false],
    ['/usr', '/', true],
    ['/', '/', true],
  ])('%s within %s: %s', (path, directory, isInside) => {
    expect(isWithin(absolutePath(path), absolutePath(directory))).toBe(isInside);
  });
});
