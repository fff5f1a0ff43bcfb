/** Rules that say nothing of the places that are asked for are passed over, and no others. */

import { expect, it } from 'vitest';
import { bearingUpon } from '../../../src/audit/bearing.ts';
import { parseLine } from '../../../src/audit/parse.ts';
import type { Rule } from '../../../src/audit/rule.ts';
import type { PathFacts, World } from '../../../src/audit/world.ts';
import { absolutePath } from '../../../src/paths.ts';

const file = (place: string): PathFacts => ({ kind: 'file', place: absolutePath(place) });
const tree = (place: string): PathFacts => ({ kind: 'directory', place: absolutePath(place) });

const world: World = {
  paths: new Map<string, PathFacts>([
    ['/usr/bin/dockerd', file('/usr/bin/dockerd')],
    ['/bin/dockerd', file('/usr/bin/dockerd')],
    ['/usr/bin/dockerd-rootless.sh', file('/usr/bin/dockerd-rootless.sh')],
    ['/usr', tree('/usr')],
    ['/', tree('/')],
    ['/usr/lib', tree('/usr/lib')],
    ['/var/lib/docker/x', file('/var/lib/docker/x')],
    ['/gone/dockerd', { kind: 'absent', place: undefined }],
    [
      '/opt/d/',
      {
        kind: 'symlink',
        place: absolutePath('/opt/d'),
        target: { kind: 'directory', place: absolutePath('/usr/bin') },
      },
    ],
  ]),
  users: new Map(),
  groups: new Map(),
  machine: 'x86_64',
  version: [3, 0, 9],
};

const bears = bearingUpon(
  [
    { path: absolutePath('/usr/bin/dockerd'), recursive: false },
    { path: absolutePath('/var/lib/docker'), recursive: true },
  ],
  world,
  () => [],
);

it.each([
  ['the place itself', '-w /usr/bin/dockerd -p wa', true],
  ['another spelling of it', '-w /bin/dockerd -p wa', true],
  ['a longer name', '-w /usr/bin/dockerd-rootless.sh -p wa', false],
  ['a directory above', '-a always,exit -F dir=/usr', true],
  ['the root', '-w / -p wa', true],
  ['a directory beside', '-w /usr/lib -p wa', false],
  ['a link to a directory above', '-a always,exit -F dir=/opt/d/', true],
  ['a path that leads nowhere', '-w /gone/dockerd -p wa', false],
  ['what lies below a place with all below it', '-a never,exit -F path=/var/lib/docker/x', true],
  ['no path, and everything', '-a always,exit -S openat', true],
  ['no path, and some users', '-a always,exit -S openat -F auid>=1000', true],
  ['no path, and one user', '-a always,exit -S openat -F auid=1000', false],
  ['no path, and what succeeds', '-a always,exit -S openat -F success=1', true],
  ['no path, and some users never', '-a never,exit -F auid>=1000', true],
  ['another list', '-a never,task -F uid=5', true],
  ['records that are dropped', '-a always,exclude -F msgtype=SYSCALL', true],
])('%s', (_what, text, expected) => {
  const statement = parseLine(text, { kind: 'argument' });
  expect(statement.kind === 'rule' && bears(statement.rule)).toBe(expected);
});

function rule(text: string): readonly Rule[] {
  const statement = parseLine(text, { kind: 'argument' });
  return statement.kind === 'rule' ? [statement.rule] : [];
}

it('one value of many bears on a place where others leave no value out', () => {
  const others = ['-a always,exit -F uid<5', '-a always,exit -F uid>5'].flatMap(rule);
  const isWanted = bearingUpon(
    [{ path: absolutePath('/etc'), recursive: false }],
    world,
    () => others,
  );
  expect(rule('-a always,exit -F uid=5').map(isWanted)).toEqual([true]);
  expect(rule('-a always,exit -F gid=5').map(isWanted)).toEqual([false]);
});
