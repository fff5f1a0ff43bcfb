/** Rules that say nothing of the places that are asked for are passed over, and no others. */

import { describe, expect, it } from 'vitest';
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

const places = [
  { path: absolutePath('/usr/bin/dockerd'), recursive: false },
  { path: absolutePath('/var/lib/docker'), recursive: true },
];

function ruleOf(text: string): Rule {
  const statement = parseLine(text, { kind: 'argument' });
  if (statement.kind !== 'rule') throw new Error(`no rule: ${text}`);
  return statement.rule;
}

/** Of a table of these lines, those that bear upon the places. */
function bearing(...lines: readonly string[]): readonly string[] {
  const rules = lines.map(ruleOf);
  const isWanted = bearingUpon(places, world, () => rules);
  return lines.filter((line) => isWanted(ruleOf(line)));
}

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
  ['no path, and every user', '-a always,exit -S openat -F auid>=0', true],
  ['no path, and some users', '-a always,exit -S openat -F auid>=1000', false],
  ['no path, and one user', '-a always,exit -S openat -F auid=1000', false],
  ['no path, and what succeeds', '-a always,exit -S openat -F success=1', false],
  ['no path, and some users never', '-a never,exit -F auid>=1000', true],
  ['another list', '-a never,task -F uid=5', true],
  ['records that are dropped', '-a always,exclude -F msgtype=SYSCALL', true],
])('%s', (_what, text, expected) => {
  expect(bearing(text)).toEqual(expected ? [text] : []);
});

const NEAR = 'path=/usr/bin/dockerd';

describe('rules that ask for something, and name no path, bear where together they', () => {
  it.each([
    ['leave no result out', ['-F success=1', '-F success=0']],
    ['leave no user out', ['-F auid>=1000', '-F auid<1000']],
    ['leave no user out with one that is named', ['-F uid<5', '-F uid=5', '-F uid>5']],
    ['leave nobody out who logged in, nor else', ['-F auid!=unset', '-F auid=unset']],
    ['leave nothing out beside one on the place', ['-F auid>=1000', `-F ${NEAR} -F auid<1000`]],
    ['leave no program out', ['-F exe=/a', '-F exe!=/a']],
    ['leave no part of what two ask for out', ['-F uid=0 -F gid>5', '-F uid!=0', '-F gid<=5']],
  ])('%s', (_what, fields) => {
    const lines = fields.map((one) => `-a always,exit ${one}`);
    expect(bearing(...lines)).toEqual(lines);
  });

  it.each([
    ['leave some users out', ['-F auid>=1000 -F auid!=unset', '-F auid=5', '-F auid=1001']],
    ['leave what succeeds out', ['-F success=0', '-F uid!=0 -F success=0', '-F uid=0 -F a0=1']],
    ['leave out between what is named', ['-F uid<5', '-F uid>6', '-F uid=5']],
    ['leave no user out, but far away', ['-F auid>=1000', '-F path=/none/x -F auid<1000']],
  ])('but not where they %s', (_what, fields) => {
    expect(bearing(...fields.map((one) => `-a always,exit ${one}`))).toEqual([]);
  });

  it('record what another rule would silence', () => {
    const first = '-a always,exit -F auid>=1000';
    const last = `-a always,exit -F ${NEAR}`;
    const same = '-a never,exit -F auid>=1000';
    const more = '-a never,exit -F auid>=999';
    expect(bearing(first, same, last)).toEqual([first, same, last]);
    expect(bearing(first, more, last)).toEqual([more, last]);
  });
});

it('one value of many bears on a place only where others leave no value out', () => {
  const users = ['-a always,exit -F uid<5', '-a always,exit -F uid=5', '-a always,exit -F uid>5'];
  expect(bearing(...users, '-a always,exit -F gid=5')).toEqual(users);
});
