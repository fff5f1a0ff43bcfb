import { expect, test } from 'vitest';
import { attemptIfThere, codeOf, hostFailure, quoted, trouble } from '../../../src/host/failure.ts';

test.each([
  ['ENOSPC', 'no space is left on the device', "make room: df -h '/a b'; df -i '/a b'"],
  ['EROFS', 'the file system is read-only', "look at the mount: findmnt -T '/a b'"],
  ['ENEWTOUS', 'ENEWTOUS', "look at it: ls -ld '/a b'"],
])('%s is told in words, with a line to paste', (code, why, advice) => {
  const cause = trouble(code);
  expect(hostFailure('read', '/a b', cause)).toMatchObject({
    name: 'HostFailure',
    message: `cannot read '/a b': ${why}`,
    advice,
    code,
    cause,
  });
});

// EDQUOT and ESTALE as Node throws them, measured with 24.21; errno(3) has no 4000.
test.each([
  ['Unknown system error -122', -122, 'EDQUOT', 'the disk quota is used up'],
  // Of writeSync alone.
  ['UNKNOWN', -122, 'EDQUOT', 'the disk quota is used up'],
  ['Unknown system error -116', -116, 'ESTALE', 'its network file system lost it'],
  ['Unknown system error -4000', -4000, 'errno 4000', 'errno 4000'],
])('%s, for which libuv has no name, is told like any other', (code, errno, name, why) => {
  expect(hostFailure('write', '/a', Object.assign(trouble(code), { errno }))).toMatchObject({
    message: `cannot write '/a': ${why}`,
    code: name,
  });
});

test('a failure is told once', () => {
  const failure = hostFailure('read', '/inner', trouble('EIO'));
  expect(hostFailure('lock', '/outer', failure)).toBe(failure);
});

test('what is no trouble of the system stays a bug', () => {
  const bug = new TypeError('x is not a function');
  const node = Object.assign(new Error(), { code: 'ERR_INVALID_ARG_VALUE' });
  expect(() => hostFailure('read', '/a', bug)).toThrow(bug);
  expect(codeOf(node)).toBeUndefined();
  const attempting = () =>
    attemptIfThere('read', '/a', () => {
      throw bug;
    });
  expect(attempting).toThrow(bug);
});

test.each([
  ['/etc/audit/audit.rules', '/etc/audit/audit.rules'],
  ['-w', '-w'],
  ['', "''"],
  ["it's", String.raw`'it'\''s'`],
  ['$HOME;rm', "'$HOME;rm'"],
  ['a\nb\x1b', String.raw`'a\x0ab\x1b'`],
  ["$' $& $1", String.raw`'$'\'' $& $1'`],
])('%j is one word of a shell', (text, word) => {
  expect(quoted(text)).toBe(word);
});
