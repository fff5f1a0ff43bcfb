/** What a table of rules makes of one event: by its call, its place, and the first rule that matches. */

import { expect, it } from 'vitest';
import { foresee } from '../../../src/audit/foresee.ts';
import { indexRules } from '../../../src/audit/rule-index.ts';
import { parseRules } from '../../../src/audit/parse.ts';
import type { World } from '../../../src/audit/world.ts';
import { absolutePath } from '../../../src/paths.ts';

const PLACE = absolutePath('/d/f');
const world: World = {
  paths: new Map([
    ['/d', { kind: 'directory', place: absolutePath('/d') }],
    ['/d/f', { kind: 'file', place: PLACE }],
  ]),
  users: new Map(),
  groups: new Map(),
  machine: 'x86_64',
  version: [3, 0, 9],
};

function foreseen(rules: readonly string[], permission: 'r' | 'a', call: string): string {
  const statements = parseRules(`${rules.join('\n')}\n`, absolutePath('/rules'));
  const answer = foresee({ place: PLACE, permission, call }, indexRules(statements, world));
  return answer.kind === 'none' ? 'none' : `${answer.kind} by ${answer.by.text}`;
}

it.each<[rules: readonly string[], permission: 'r' | 'a', call: string, said: string]>([
  [['-w /d/f -p wa'], 'r', 'openat', 'none'],
  [['-w /d/f -p wa'], 'a', 'fchmod', 'recorded by -w /d/f -p wa'],
  [['-w /d -p r'], 'r', 'openat', 'recorded by -w /d -p r'],
  [['-a always,exit -F path=/d -F perm=r'], 'r', 'openat', 'none'],
  [
    ['-a never,exit -F path=/d/f -F perm=r', '-w /d/f'],
    'r',
    'openat',
    'silenced by -a never,exit -F path=/d/f -F perm=r',
  ],
  [['-a never,exit -F path=/d/f -F perm=r', '-w /d/f'], 'a', 'fchmod', 'recorded by -w /d/f'],
  [['-w /d/f', '-a never,exit -F path=/d/f'], 'r', 'openat', 'recorded by -w /d/f'],
  [['-w /d/f', '-a never,task'], 'r', 'openat', 'silenced by -a never,task'],
  [['-a never,task'], 'r', 'openat', 'none'],
  [['-a always,exit -F arch=b64 -S open -F path=/d/f'], 'r', 'openat', 'none'],
  [['-a always,exit -F arch=b32 -S openat -F path=/d/f'], 'r', 'openat', 'none'],
  [
    ['-a always,exit -F arch=b64 -S openat -F path=/d/f'],
    'r',
    'openat',
    'recorded by -a always,exit -F arch=b64 -S openat -F path=/d/f',
  ],
])('%j makes of %s by %s: %s', (rules, permission, call, said) => {
  expect(foreseen(rules, permission, call)).toBe(said);
});
