/** What a quick look passes over, and what it must read because it decides after all. */

import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { benchmark } from '../../../src/controls/load.ts';
import { discover } from '../../../src/discover/discover.ts';
import { evaluate } from '../../../src/evaluate/evaluate.ts';
import { encode } from '../../../src/text.ts';
import { practised } from '../../support/hosts.ts';

const sections = benchmark('cis-docker-1.2.0').sections.filter(({ number }) => number === '1.2.3');
const made = await practised();
afterAll(() => made[Symbol.dispose]());

const NEAR = '-w /usr/sbin/dockerd -p rwxa -k docker';
const FAR = '-w /etc/far -p wa -k far';
const OTHER = '-w /etc/other -p wa -k far';

const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

/** The look at a host with these lines in its files, whose kernel lists those. */
async function looked(lines: readonly string[], listed = lines, everyRule = false) {
  writeFileSync(`${made.root}/etc/audit/rules.d/50-own.rules`, textOf(lines));
  const host: typeof made.host = {
    ...made.host,
    ask: async (query) =>
      query.argv[1] === '-l'
        ? { status: 0, stdout: encode(textOf(listed)), stderr: encode('') }
        : made.host.ask(query),
  };
  const options = { live: true, includeAbsent: false, quick: true, everyRule };
  const facts = await discover(host, sections, options);
  const [finding] = evaluate(sections, facts, { strict: false, key: 'docker' });
  const { statements } = facts.persistent;
  return {
    finding,
    lines: statements.flatMap(({ kind, text: line }) => (kind === 'rule' ? line : [])),
    running: facts.running.kind === 'known' ? facts.running.statements.map((one) => one.text) : [],
    kept: finding?.persistent.kind,
  };
}

describe('a quick look', () => {
  it('reads what names the place, and passes over the rest', async () => {
    const seen = await looked([FAR, NEAR, OTHER]);
    expect(seen.lines).toEqual([NEAR]);
    expect(seen.running).toEqual([NEAR]);
    expect(seen.kept).toBe('covered');
  });

  const ROOT = '-a always,exit -S open -F uid=0 -F key=root';
  const USER = '-a always,exit -F arch=b64 -S open,openat -F uid=1000 -F key=user';
  const PROGRAM = '-a always,exit -F arch=b64 -S open -F exe=/usr/bin/far -F key=program';
  const LOGGED_IN = '-a always,exit -S open -F auid>=1000 -F auid!=-1 -F key=people';

  it('passes over rules on every file that ask for something, while events are left over', async () => {
    const seen = await looked([NEAR, USER, PROGRAM, LOGGED_IN]);
    expect(seen.lines).toEqual([NEAR]);
    expect(seen.running).toEqual([NEAR]);
    expect(seen.kept).toBe('covered');
  });

  const OTHERS = ['-a always,exit -S open -F auid<1000', '-a always,exit -S open -F auid=-1'];

  it('reads them where they leave no event over', async () => {
    const lines = [USER, LOGGED_IN, ...OTHERS, NEAR];
    const seen = await looked(lines);
    expect(seen.lines).toEqual(lines);
    expect(seen.running).toEqual(lines);
  });

  it('reads them after all where the kernel holds what completes them', async () => {
    const seen = await looked([LOGGED_IN, NEAR], [LOGGED_IN, ...OTHERS, NEAR]);
    expect(seen.lines).toEqual([LOGGED_IN, NEAR]);
    expect(seen.running).toEqual([LOGGED_IN, ...OTHERS, NEAR]);
  });

  it('reads all where every rule is told of', async () => {
    const seen = await looked([FAR, NEAR, OTHER], [FAR, NEAR, OTHER], true);
    expect(seen.lines).toEqual([FAR, NEAR, OTHER]);
    expect(seen.running).toEqual([FAR, NEAR, OTHER]);
  });

  // In each the load ends before the rule of the place.
  it.each([
    ['a line that is there twice', [FAR, OTHER, FAR, NEAR]],
    ['a line that is there in other letters', [FAR, '-w /etc/far -p aw -k far', NEAR]],
    ['a line that says the same in another form', [FAR, '-w /etc/far/ -p wa -k far', NEAR]],
    ['a rule on every file that is there twice', [USER, USER, NEAR]],
    ['such a rule in other words', [USER, USER.replace('1000', '01750'), NEAR]],
    ['such a rule with more spaces', [USER, USER.replace(' -F uid', '  -F uid'), NEAR]],
    ['such a rule with a user by name', [ROOT, ROOT.replace('uid=0', 'uid=root'), NEAR]],
    ['a program in no directory', [PROGRAM.replace('/usr/bin', '/none'), NEAR]],
    ['a call that is none', [USER.replace('openat', 'nocall'), NEAR]],
    ['a directory that is not there', ['-w /none/far -p wa -k far', NEAR]],
    ['a file for a directory', ['-w /etc/hostname/far -p wa -k far', NEAR]],
    ['a name that /proc will never have', ['-w /proc/far -p wa -k far', NEAR]],
  ])('sees %s', async (_what, lines) => {
    expect((await looked(lines, [NEAR])).kept).toBe('absent');
  });

  it.each([
    ['is taken out again', [FAR, '-W /etc/far -p wa -k far', NEAR]],
    ['is taken out by its key', [FAR, '-D -k far', FAR, NEAR]],
    ['is prepended', [FAR, '-A always,exit -F path=/etc/far -F perm=wa -F key=far', NEAR]],
  ])('sees that a line %s', async (_what, lines) => {
    expect((await looked(lines, [NEAR])).kept).toBe('covered');
  });

  it('knows that a place in a tmpfs is late', async () => {
    const { kept, lines } = await looked(['-w /run/docker/far -p wa -k far', NEAR], [NEAR]);
    expect(lines).toContain('-w /run/docker/far -p wa -k far');
    expect(kept).not.toBe('covered');
  });

  it.each([
    ['in the order of its files', [NEAR, FAR, OTHER]],
    ['in another order: a watch was typed', [FAR, OTHER, NEAR]],
  ])('says of a table %s what a whole look says', async (_what, listed) => {
    const quick = await looked([NEAR, FAR, OTHER], listed);
    const whole = await looked([NEAR, FAR, OTHER], listed, true);
    expect(whole.running).toEqual(listed);
    expect(quick.running).toEqual([NEAR]);
    expect(quick.finding?.reason).toBe(whole.finding?.reason);
  });

  it('reads the architecture in whose words a later rule is listed', async () => {
    const far = '-a always,exit -F arch=b32 -S open -F path=/etc/far -F key=far';
    const near = '-a always,exit -S 5 -F key=docker';
    const { running } = await looked([], [OTHER, far, near]);
    expect(running).toEqual([far, near]);
  });
});
