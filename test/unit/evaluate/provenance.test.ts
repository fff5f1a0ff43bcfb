/** What the kernel holds for sure: a listing alone does not tell `never` from `always`. */

import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { discover } from '../../../src/discover/discover.ts';
import { printRule } from '../../../src/audit/print.ts';
import { surelyHeld } from '../../../src/evaluate/provenance.ts';
import { listedOn, practised, type } from '../../support/hosts.ts';

const WATCH = '-w /etc/hostname -p wa -k site';
const ALWAYS = '-a always,exit -F path=/etc/hostname -F perm=wa -F key=site';
const TREE = '-w /etc/docker -p wa -k site';
const NEVER = '-a never,exit -F path=/etc/hostname -F perm=wa -F key=site';
const NEVER_TREE = '-a never,exit -F dir=/etc/docker -F perm=wa -F key=site';
const CALL = '-a always,exit -F arch=b64 -S sethostname -F key=site';
const NEVER_CALL = '-a never,exit -F arch=b64 -S sethostname -F key=site';

interface Case {
  readonly when: string;
  /** Of a file that is loaded. */
  readonly file?: readonly string[];
  /** Given to auditctl after that. */
  readonly typed?: readonly string[];
  /** What the file says after all that, not loaded. */
  readonly waits?: readonly string[];
  readonly listed: readonly string[];
  readonly held: readonly string[] | undefined;
}

const CASES: readonly Case[] = [
  {
    when: 'a never rule that was loaded, where its file says always by now',
    file: [NEVER],
    waits: [WATCH],
    listed: [WATCH],
    held: [NEVER],
  },
  {
    when: 'a watch that was loaded, where its file says never by now',
    file: [WATCH],
    waits: [NEVER],
    listed: [WATCH],
    held: [ALWAYS],
  },
  { when: 'an empty table', listed: ['No rules'], held: [] },
  { when: 'a watch of a file', file: [WATCH], listed: [WATCH], held: [ALWAYS] },
  {
    when: 'a never rule of a file, which lists as a watch',
    file: [NEVER],
    listed: [WATCH],
    held: [NEVER],
  },
  {
    when: 'a never rule on a tree, which lists as a watch',
    file: [NEVER_TREE],
    listed: [TREE],
    held: [NEVER_TREE],
  },
  { when: 'a listed watch of no file', typed: [WATCH], listed: [WATCH], held: undefined },
  { when: 'a never rule of no file', typed: [NEVER], listed: [WATCH], held: undefined },
  {
    when: 'a listed watch of no file beside one of a file',
    file: [TREE],
    typed: [WATCH],
    listed: [TREE, WATCH],
    held: undefined,
  },
  {
    when: 'two listed alike, of which a file holds one',
    file: [WATCH],
    typed: [NEVER],
    listed: [WATCH, WATCH],
    held: undefined,
  },
  {
    when: 'a never and a watch that list alike, both of a file',
    file: [NEVER, WATCH],
    listed: [WATCH, WATCH],
    held: [NEVER, ALWAYS],
  },
  {
    when: 'rules on calls of no file, whose listing tells all',
    typed: [CALL, NEVER_CALL],
    listed: [CALL, NEVER_CALL],
    held: [CALL, NEVER_CALL],
  },
];

describe('what is surely held', () => {
  it.each(CASES)('$when', async ({ file = [], typed = [], waits, listed, held }) => {
    using made = await practised();
    const path = `${made.root}/etc/audit/rules.d/20-site.rules`;
    writeFileSync(path, file.map((line) => `${line}\n`).join(''));
    await type(made.host, '/usr/sbin/augenrules --load');
    for (const line of typed) await type(made.host, `/sbin/auditctl ${line}`);
    if (waits) writeFileSync(path, waits.map((line) => `${line}\n`).join(''));
    expect(await listedOn(made.host)).toEqual(listed);
    const facts = await discover(made.host, [], { live: true, includeAbsent: false });
    expect(surelyHeld(facts)?.map(printRule)).toEqual(held);
  });
});
