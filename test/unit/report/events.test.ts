import { describe, expect, test } from 'vitest';
import type { Actor } from '../../../src/audit/call.ts';
import { nameWords } from '../../../src/report/name-words.ts';
import { whoWords } from '../../../src/report/who.ts';

const NOBODY: Actor = {
  pid: undefined,
  login: undefined,
  user: undefined,
  loginName: undefined,
  userName: undefined,
  command: undefined,
  program: undefined,
};
const USERS = new Map([
  [0, 'root'],
  [1000, 'alice'],
]);

describe('who it was', () => {
  test.each<[string, Partial<Actor>]>([
    ['alice', { login: 1000, user: 1000 }],
    ['alice, as root,', { login: 1000, user: 0 }],
    ['root (no login)', { user: 0 }],
    ['user 7 (no login)', { user: 7 }],
    ['somebody (no login)', {}],
    ['alice', { login: 1000 }],
    // The name of that time counts: numbers are given again.
    ['bob', { login: 1000, user: 1000, loginName: 'bob', userName: 'bob' }],
    ['alice', { login: 1000, user: 1000, loginName: 'unknown(1000)', userName: 'unknown(1000)' }],
  ])('is %s', (words, actor) => {
    expect(whoWords({ ...NOBODY, ...actor }, USERS)).toBe(words);
  });
});

test.each([
  ['/usr/sbin/dockerd', '/usr/sbin/dockerd'],
  ['/etc/docker/a, with /bin/true', "'/etc/docker/a, with /bin/true'"],
  ["/etc/docker/x', with '/bin/true", "'/etc/docker/x\\x27, with \\x27/bin/true'"],
])('a name that reads as prose is in quotes: %j', (name, words) => {
  expect(nameWords(name)).toBe(words);
});
