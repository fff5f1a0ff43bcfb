/** `prove` on practice hosts, whose kernel knows what its listing hides: what is said, and what it is worth. */

import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { Interrupted } from '../../../src/errors.ts';
import { dockaudit, type Ended } from '../../support/golden.ts';
import { hastyClock, practised, type, type Practised } from '../../support/hosts.ts';

const schema = new URL('../../../templates/schema/report.schema.json', import.meta.url);
const validate = new Ajv2020({ allErrors: true, validateFormats: false }).compile(
  JSON.parse(readFileSync(schema, 'utf8')),
);

const place = v.object({
  path: v.string(),
  outcome: v.string(),
  attempts: v.array(v.object({ deed: v.string(), pid: v.number() })),
  records: v.array(v.string()),
});
const shape = v.object({
  proofs: v.optional(
    v.array(
      v.object({
        control: v.string(),
        outcome: v.string(),
        reason: v.string(),
        places: v.array(place),
      }),
    ),
  ),
  steps: v.optional(v.array(v.object({ kind: v.string(), step: v.string() }))),
});

function read({ report }: Ended): v.InferOutput<typeof shape> {
  validate(report);
  expect(validate.errors ?? []).toEqual([]);
  return v.parse(shape, report);
}

async function proven({ host }: Practised, ...args: readonly string[]) {
  const ended = await dockaudit(host, ['prove', '--format', 'json', ...args]);
  const { proofs = [] } = read(ended);
  return {
    exit: ended.exit,
    proofs,
    outcomes: proofs.map((one) => `${one.control} ${one.outcome}`),
  };
}

const RECORDED = ['1.2.3 recorded', '1.2.7 recorded'];

it('finds an event of this process under our key', async () => {
  using made = await practised('compliant', hastyClock());
  const { exit, outcomes, proofs } = await proven(made);
  expect([exit, outcomes]).toEqual([0, RECORDED]);
  const [first] = proofs[0]?.places ?? [];
  expect(first?.attempts).toEqual([{ deed: 'open', pid: process.pid }]);
  expect(first?.records[0]).toContain(` pid=${process.pid} `);
  expect(first?.records[0]).toContain('key="docker"');
});

it.each<[scenario: string, commands: readonly string[], reason: string]>([
  ['fresh', [], 'no rule watches it'],
  ['suppressed', [], "silenced by /etc/audit/rules.d/10-no-audit.rules:2 '-a never,task'"],
  ['auditd-stopped', [], 'no daemon takes the events'],
  ['compliant', ['/sbin/auditctl -e 0'], 'auditing is switched off (enabled 0)'],
  [
    'fresh',
    ['/sbin/auditctl -a never,exit -F path=/usr/sbin/dockerd -F perm=rwxa -F key=docker'],
    'stands in no file, and may be a never rule',
  ],
  [
    'fresh',
    ['/sbin/auditctl -a always,exit -F path=/usr/sbin/dockerd -F perm=rwxa -F auid>=1000'],
    'only events with auid>=1000 are recorded',
  ],
])('says of %s, after %j, why nothing was recorded', async (scenario, commands, reason) => {
  using made = await practised(scenario, hastyClock());
  for (const command of commands) await type(made.host, command);
  const { exit, proofs } = await proven(made, '--control', '1.2.3');
  expect([exit, proofs[0]?.outcome]).toEqual([2, 'notRecorded']);
  expect(proofs[0]?.reason).toContain(reason);
  expect(proofs[0]?.places[0]?.records).toEqual([]);
});

it.each<[scenario: string, commands: readonly string[], reason: string]>([
  ['other-daemon', [], 'auditbeat'],
  ['fresh', ['/sbin/auditctl -w /usr/sbin/dockerd -p wa -k docker'], '--touch'],
  [
    'fresh',
    ['/sbin/auditctl -w /usr/sbin/dockerd -p x -k docker'],
    'no event of these is harmless',
  ],
])('cannot prove %s, after %j, and holds it against nobody', async (scenario, commands, reason) => {
  using made = await practised(scenario, hastyClock());
  for (const command of commands) await type(made.host, command);
  const { exit, proofs } = await proven(made, '--control', '1.2.3');
  expect([exit, proofs[0]?.outcome]).toEqual([0, 'notProvable']);
  expect(proofs[0]?.reason).toContain(reason);
});

it('sets a mode where that is allowed and nothing else can be had', async () => {
  using made = await practised('fresh', hastyClock());
  await type(made.host, '/sbin/auditctl -w /usr/sbin/dockerd -p wa -k docker');
  const { exit, proofs } = await proven(made, '--control', '1.2.3', '--touch');
  expect([exit, proofs[0]?.outcome]).toEqual([0, 'recorded']);
  expect(proofs[0]?.places[0]?.attempts.map(({ deed }) => deed)).toEqual(['setMode']);
});

it('is found at the end of a log, however long that is', async () => {
  using made = await practised('compliant', hastyClock());
  const log = `${made.root}/var/log/audit/audit.log`;
  writeFileSync(log, 'type=DAEMON_START msg=audit(1.000:1): op=start\n'.repeat(100));
  expect(await proven(made)).toMatchObject({ exit: 0, outcomes: RECORDED });
  writeFileSync(log, '');
  expect(await proven(made)).toMatchObject({ exit: 0, outcomes: RECORDED });
});

it('comes after a change that is kept, and is one of its steps', async () => {
  using made = await practised('fresh', hastyClock());
  const ended = await dockaudit(made.host, ['--yes', '--prove', '--format', 'json']);
  const { proofs, steps } = read(ended);
  expect(ended.exit).toBe(0);
  expect(proofs?.map((one) => `${one.control} ${one.outcome}`)).toEqual(RECORDED);
  expect(steps?.at(-1)).toMatchObject({ kind: 'done', step: 'prove by an event at each place' });
});

it('is not had by --yes alone', async () => {
  using made = await practised('fresh', hastyClock());
  const { proofs } = read(await dockaudit(made.host, ['--yes', '--format', 'json']));
  expect(proofs).toBeUndefined();
});

it('undoes nothing: a change that records nothing is kept, and the run exits 2', async () => {
  using made = await practised('fresh', hastyClock());
  // Somebody switches auditing off once the change is judged.
  const deaf = {
    ...made.host,
    touch: async (...args: Parameters<typeof made.host.touch>) => {
      await type(made.host, '/sbin/auditctl -e 0');
      return made.host.touch(...args);
    },
  };
  const ended = await dockaudit(deaf, ['--yes', '--prove', '--format', 'json']);
  expect(ended.exit).toBe(2);
  expect(ended.report).toMatchObject({ change: { state: 'kept' } });
  expect(read(ended).proofs?.map(({ outcome }) => outcome)).toEqual(['notRecorded', 'notRecorded']);
});

it('ends at a signal, and says that the change stands', async () => {
  using made = await practised('fresh', hastyClock());
  const controller = new AbortController();
  const host = {
    ...made.host,
    touch: async () => {
      controller.abort(new Interrupted('SIGINT'));
      return undefined;
    },
  };
  const args = ['--yes', '--prove', '--format', 'json'];
  const ended = await dockaudit(host, args, controller.signal);
  expect(ended.exit).toBe(130);
  expect(ended.stdout).toMatch(/interrupted: change \S+ stands, and was not proven/);
  const { report } = await dockaudit(made.host, ['history', '--format', 'json']);
  expect(report).toMatchObject({ changes: [{ state: 'kept' }] });
});

it('waits for the reboot of an immutable kernel', async () => {
  using made = await practised('immutable', hastyClock());
  const ended = await dockaudit(made.host, ['--yes', '--prove', '--format', 'json']);
  expect(ended.exit).toBe(3);
  const { proofs } = read(ended);
  expect(proofs?.map(({ outcome }) => outcome)).toEqual(['notProvable', 'notProvable']);
  expect(proofs?.[0]?.reason).toContain('waits for a reboot');
});

it('is had of a host that needs no change, where it is asked for', async () => {
  using made = await practised('compliant', hastyClock());
  const ended = await dockaudit(made.host, ['--yes', '--prove', '--format', 'json']);
  expect(ended.exit).toBe(0);
  expect(read(ended).proofs).toHaveLength(2);
});

it('needs an audit that can be asked', async () => {
  using made = await practised('no-auditd', hastyClock());
  expect((await dockaudit(made.host, ['prove'])).exit).toBe(78);
});
