import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { isAlive, isElsewhere, ownOwner, parseOwner, printOwner } from '../../../src/host/owner.ts';

test('this process is alive, and reads as it was written', () => {
  const own = ownOwner();
  expect(isAlive(own)).toBe(true);
  expect(parseOwner(printOwner(own))).toEqual(own);
});

test.each([
  ['of another boot', { boot: '00000000-0000-0000-0000-000000000000' }],
  ['with another start', { start: '1' }],
  ['with a number that nobody has', { pid: 4194999 }],
])('a process %s is gone', (_name, other) => {
  expect(isAlive({ ...ownOwner(), ...other })).toBe(false);
});

test('a system without /proc writes and reads its owners too', () => {
  const owner = { pid: 7, boot: '', start: '', space: '' };
  expect(parseOwner(printOwner(owner))).toEqual(owner);
});

test('the number of a process means nothing in another PID namespace, until the next boot', () => {
  const own = ownOwner();
  const line = (space: string) => parseOwner(printOwner({ ...own, space })) ?? own;
  expect(isElsewhere(own)).toBe(false);
  expect(isElsewhere(line('4026531999'))).toBe(true);
  expect(isElsewhere({ ...line('4026531999'), boot: 'another' })).toBe(false);
  // Of a version that did not tell it.
  expect(isElsewhere(line(''))).toBe(false);
});

test.each([
  '',
  '\n',
  'pid=1',
  'pid=x boot= start=\n',
  'pid=1 boot=a start=2\n\n',
  '12345\n',
  'pid=1 boot=a start=2 space=x\n',
])('%j names no owner', (text) => expect(parseOwner(text)).toBeUndefined());

test('a process whose name looks like fields is told apart by its start', async () => {
  // comm becomes `) R 1 1`, which must not shift the fields: proc(5).
  const script = String.raw`printf ') R 1 1' >/proc/$$/comm; echo ready; read -r line`;
  const child = spawn('/bin/sh', ['-c', script]);
  await new Promise((resolve) => void child.stdout.once('data', resolve));
  const owner = { ...ownOwner(), pid: child.pid ?? 0 };
  expect(isAlive(owner)).toBe(false);
  child.kill();
});
