import { expect, onTestFinished, test, vi } from 'vitest';
import { requireFitMachine } from '../../support/kernel.ts';
import { DANGERS, isSafe, refuseArguments, refuseDangerous } from '../../support/rules-guard.ts';

const refusing = (text: string | Uint8Array, name = 'x.rules') => {
  return () => refuseDangerous({ [name]: text });
};

test.each(Object.entries(DANGERS))('%s is refused', (_, text) => {
  expect(refusing(text)).toThrow('the guard refuses x.rules');
});

test.each([
  ['nothing', ''],
  ['an empty line', '\n'],
  ['the rules that Debian ships', '-D\n-b 8192\n-f 1\n--backlog_wait_time 60000\n'],
  ['auditing off', '-e 0\n'],
  ['auditing on', '-e 1\n'],
  ['a rate that a test takes back', '-r 100\n'],
  ['a comment', '# never -e 2, never --loginuid-immutable\n'],
  ['a comment after blanks', '  # -f 2\n'],
  ['a watch', '-w /usr/bin/docker-e -p wa -k key-e2\n'],
  ['a rule', '-a always,exit -F arch=b64 -F path=/a-b -F perm=wa -F auid!=-1 -F key=-e\n'],
  ['going on after errors', '-i\n-c\n'],
  ['a tab where it is a fault', '-w\t/etc/hosts\n'],
  ['a long line of harmless words', `-w /etc/hosts -k ${'k '.repeat(4000)}\n`],
  ['what a NUL hides', '-w /etc/hosts\0 -k hosts\n'],
])('%s is let through', (_, text) => {
  expect(refusing(text)).not.toThrow();
});

test.each([['-e', '2'], ['-e2'], ['-f', '2'], ['--loginuid-immutable'], ['-k', 'a\n-e 2']])(
  'auditctl %j is refused',
  (...args) => {
    expect(() => refuseArguments(args)).toThrow('the guard refuses arguments:1');
  },
);

test('a last line without its end could be glued to another file, and is nothing alone', () => {
  const text = '-w /etc/hosts -k hosts -';
  expect(refusing(text)).toThrow('would be glued');
  expect(isSafe(text)).toBe(true);
  expect(isSafe('-w /etc/hosts -k hosts\n-e 2')).toBe(false);
});

test('a file is refused by its line, whatever stands around it', () => {
  const text = Buffer.concat([Buffer.from('# é\n'), Buffer.from([0xff, 0x2d, 0x65, 0x32, 0x0a])]);
  expect(refusing(text)).toThrow('the guard refuses x.rules:2');
});

test.each(['a b.rules', '*.rules', 'a\n.rules'])('a file named %j is refused', (name) => {
  expect(refusing('-D\n', name)).toThrow('unusual characters');
});

test('nobody who did not ask for it gets at the live kernel', () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('LIVE_KERNEL', undefined);
  expect(requireFitMachine).toThrow('LIVE_KERNEL=1 is not set');
});
