/** A quick look passes over most lines unread, and the judge says the same as after a whole one. */

import { writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { listTable } from '../../../src/audit/load.ts';
import { benchmark } from '../../../src/controls/load.ts';
import { discover } from '../../../src/discover/discover.ts';
import type { Facts } from '../../../src/discover/facts.ts';
import { evaluate } from '../../../src/evaluate/evaluate.ts';
import type { Finding } from '../../../src/evaluate/finding.ts';
import type { Host } from '../../../src/host/host.ts';
import { encode } from '../../../src/text.ts';
import { practised } from '../../support/hosts.ts';

const { sections } = benchmark('cis-docker-1.6.0');
const made = await practised();
afterAll(() => made[Symbol.dispose]());

/** Far from Docker's places, on them, above and below; absent, late at boot, oddly spelt. */
const PATHS = [
  '/etc/further',
  '/usr/bin/far',
  '/etc/hostname',
  '/far',
  '/etc/docker',
  '/etc/docker/daemon.json',
  '/usr/bin/dockerd',
  '/usr/bin/containerd',
  '/etc',
  '/none/far',
  '/run/far',
  '/proc/far',
  '/etc/docker/../far',
  '/etc//far',
  '/etc/f=r',
  '/etc/',
  '/var/lib/docker/far',
  '/usr/lib/systemd/system/docker.service',
  '/lib/systemd/system/far',
];
const path = fc.oneof(
  fc.nat(5).map((number) => `/etc/far${number}`),
  fc.constantFrom(...PATHS),
);
const key = fc.constantFrom('a', 'a', 'docker', 'b/c');
const uid = fc.constantFrom('0', '5', '6', '1000', '007', 'root', '-1');
const perm = fc.constantFrom('wa', 'aw', 'rwxa', 'x');

const FORMS = [
  '-w PATH -p PERM -k KEY',
  '-w PATH -p PERM -k KEY',
  '-w PATH -k KEY',
  '-w PATH',
  '-w PATH -p PERM -F auid>=UID -k KEY',
  '-a always,exit -F path=PATH -F perm=PERM -F key=KEY',
  '-a always,exit -F arch=b64 -F path=PATH -F perm=PERM -k KEY',
  '-a always,exit -F arch=b32 -S open -F path=PATH -F auid>=1000 -k KEY',
  '-a never,exit -F path=PATH -F perm=PERM -k KEY',
  '-a always,exit -F dir=PATH -F perm=PERM -k KEY',
  '-a always,exit -F path=PATH -F exe=PATH -k KEY',
  '-a always,exit -F arch=b64 -S open,chmod -F uid=UID -k KEY',
  '-a always,exit -S 2 -F uid=UID -k KEY',
  '-a always,exit -F auid=UID',
  '-a always,exit -F uid=UID -F auid=UID -k KEY',
  '-a always,exit -F arch=b64 -S chmod,open -F auid>=1000 -F auid!=unset -k KEY',
  '-a always,exit -F arch=b64 -S open,chmod -F exe=PATH -k KEY',
  '-a always,exit -S open -F uid=UID -F success=0',
  '-a always,exit -F uid!=UID -F perm=PERM -k KEY',
  '-a never,exit -F uid=UID',
  '-a exit,always -F obj_type=PATH -F path=PATH',
];
const RARE = [
  '-A always,exit -F path=PATH -F perm=PERM',
  '-W PATH -p PERM -k KEY',
  '-D',
  '-D -k KEY',
  '-e 2',
  '-e 0',
  '-i',
  '-c',
  '# PATH',
  '',
  '-w far',
  '-a always,task -F uid=UID',
  '-a never,task',
  '-a always,exit -S open -F auid<1000',
  '-a always,exit -F path=PATH -F auid=unset',
  '-a never,exit -F auid>=UID',
  '-a  always,exit -F uid=5 -S chmod,open -F arch=b64 -k KEY',
];
const form = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(...FORMS) },
  { weight: 1, arbitrary: fc.constantFrom(...RARE) },
);
const line = fc
  .record({ form, path, key, uid, perm })
  .map((words) =>
    words.form
      .replaceAll('PATH', words.path)
      .replaceAll('KEY', words.key)
      .replaceAll('UID', words.uid)
      .replaceAll('PERM', words.perm),
  );
const lines = fc.array(line, { maxLength: 14, size: 'max' });

function textOf(written: readonly string[]): string {
  return written.map((one) => `${one}\n`).join('');
}

/** The host with these lines in its files, and a kernel that lists others. */
function listing(listed: readonly string[]): Host {
  const { host } = made;
  const stdout = encode(listed.length === 0 ? 'No rules\n' : textOf(listed));
  return {
    ...host,
    ask: async (query) =>
      query.argv[1] === '-l' ? { status: 0, stdout, stderr: encode('') } : host.ask(query),
  };
}

async function look(host: Host, quick: boolean): Promise<Facts> {
  return discover(host, sections, { live: true, includeAbsent: false, quick });
}

function judged(facts: Facts): readonly Finding[] {
  return evaluate(sections, facts, { strict: false, key: 'docker' });
}

it('passes over nothing that matters', { timeout: 120_000 }, async () => {
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.record({ own: lines, merged: fc.option(lines), typed: lines }),
      fc.array(fc.nat(), { maxLength: 3 }),
      async ({ own, merged, typed }, moved) => {
        writeFileSync(`${made.root}/etc/audit/rules.d/50-own.rules`, textOf(own));
        // What augenrules wrote last, if it is not what it would write now.
        const { persistent, world } = await look(made.host, false);
        const { next = '' } = persistent.generated ?? {};
        writeFileSync(`${made.root}/etc/audit/audit.rules`, merged ? textOf(merged) : next);
        const listed = [...listTable(persistent.loaded.state, world)];
        for (const from of moved) listed.push(...listed.splice(from % (listed.length + 1), 1));
        const host = listing(
          listed.filter((one) => one !== 'No rules').concat(typed.filter(isRule)),
        );
        const quick = await look(host, true);
        passed += quick.persistent.order?.filter((one) => typeof one === 'string').length ?? 0;
        expect(judged(quick)).toEqual(judged(await look(host, false)));
      },
    ),
    { numRuns: 60 },
  );
  expect(passed).toBeGreaterThan(50);
});

/** Near enough to what auditctl lists. */
function isRule(written: string): boolean {
  return /^-[aw] /.test(written);
}
