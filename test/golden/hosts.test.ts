/** Golden hosts: each manifest's verdicts, plan and change, against what a person wrote down. */

import { readdirSync, readFileSync } from 'node:fs';
import header from '../../templates/rules-file.header.txt';
import { describe, expect, it } from 'vitest';
import { absolutePath } from '../../src/paths.ts';
import { decode } from '../../src/text.ts';
import {
  dockaudit,
  goldenHost,
  parseManifest,
  readFailure,
  readReport,
  type Ended,
  type Expected,
  type ReadReport,
} from '../support/golden.ts';
import { listedOn } from '../support/hosts.ts';

const FOLDER = new URL('./hosts/', import.meta.url);

const manifests = readdirSync(FOLDER).map((name) => ({
  name: name.replace(/\.json$/, ''),
  ...parseManifest(readFileSync(new URL(name, FOLDER), 'utf8')),
}));

describe.each(manifests)('$name: $situation', (manifest) => {
  it('is judged so', async () => {
    using made = await goldenHost(manifest);
    const { expected } = manifest;
    const ended = await dockaudit(made.host, ['check', '--format', 'json', ...manifest.arguments]);
    expectVerdicts(readReport(ended), expected.verdicts);
    expect(ended.exit).toBe(expected.exit);
  });
});

describe.each(manifests.filter(({ expected }) => expected.plan))(
  '$name: $situation',
  (manifest) => {
    it('is planned so, and nothing is changed by it', async () => {
      using made = await goldenHost(manifest);
      const { plan } = manifest.expected;
      const before = await listedOn(made.host);
      const ended = await dockaudit(made.host, ['plan', '--format', 'json', ...manifest.arguments]);
      expectPlan(readReport(ended), plan);
      expect(ended.exit).toBe(plan?.exit);
      expect(await listedOn(made.host)).toEqual(before);
    });
  },
);

describe.each(manifests.filter(({ expected }) => expected.fixed))(
  '$name: $situation',
  (manifest) => {
    it('becomes so', async () => {
      using made = await goldenHost(manifest);
      const { exit, failure, verdicts, files = {}, listing } = manifest.expected.fixed ?? {};
      const [first = [], ...more] = manifest.runs ?? [manifest.arguments];
      let ended = await fix(made.host, first);
      for (const args of more) ended = await fix(made.host, args);
      expect(ended.exit, saidIn(ended)).toBe(exit);
      expect(failure === undefined ? '' : readFailure(ended).message).toContain(failure ?? '');
      expect(verdicts === undefined ? undefined : verdictsOf(readReport(ended))).toEqual(verdicts);
      for (const [path, lines] of Object.entries(files)) {
        const image = await made.host.read(absolutePath(path));
        const text = lines.map((line) => (line === 'HEADER' ? header : `${line}\n`)).join('');
        expect(image && decode(image.bytes), path).toBe(text);
      }
      expect(listing === undefined ? undefined : await listedOn(made.host)).toEqual(listing);
    });
  },
);

function verdictsOf({ findings }: ReadReport): Readonly<Record<string, string>> {
  return Object.fromEntries(findings.map(({ control, verdict }) => [control, verdict]));
}

function fix(host: Parameters<typeof dockaudit>[0], args: readonly string[]) {
  return dockaudit(host, ['--yes', '--format', 'json', ...args]);
}

function expectVerdicts({ findings }: ReadReport, verdicts: Expected['verdicts']): void {
  for (const [control, wanted] of Object.entries(verdicts)) {
    const finding = findings.find((one) => one.control === control);
    expect(finding?.verdict, `${control}: ${finding?.reason}`).toBe(wanted.verdict);
    expect(finding?.reason).toContain(wanted.reason ?? '');
    expect(finding?.mend).toContain(wanted.mend ?? '');
    expect(finding?.advice.join('\n')).toContain(wanted.advice ?? '');
    expect(finding?.procedure).toBe(wanted.procedure ?? finding?.procedure);
    expect(finding?.running.kind).toBe(wanted.running ?? finding?.running.kind);
    expect(finding?.persistent.kind).toBe(wanted.persistent ?? finding?.persistent.kind);
  }
}

function expectPlan({ plan }: ReadReport, wanted: Expected['plan']): void {
  if (!plan || !wanted) throw new Error('there is no plan');
  const { activation, daemon } = plan;
  expect(activation.kind, activation.reason).toBe(wanted.activation ?? activation.kind);
  expect(activation.reason).toContain(wanted.activationReason ?? '');
  expect(daemon.kind, daemon.reason).toBe(wanted.daemon ?? daemon.kind);
  expect(daemon.reason).toContain(wanted.daemonReason ?? '');
  const commands = plan.commands.map((argv) => argv.join(' '));
  expect(commands).toEqual(wanted.commands ?? commands);
  const added = Object.fromEntries(plan.edits.map(({ path, diff }) => [path, addedBy(diff)]));
  expect(added).toEqual(wanted.edits ?? added);
  const taken = plan.edits.map(({ path, diff }) => [path, takenBy(diff)] as const);
  expect(Object.fromEntries(taken.filter(([, gone]) => gone.length > 0))).toEqual(wanted.takes);
  const leftOut = plan.leftOut.map(({ control }) => control);
  expect(leftOut).toEqual(wanted.leftOut ?? leftOut);
  const blockers = plan.blockers.map(
    ({ path, line, reason, mend }) => `${path}:${line} ${reason}: ${mend}`,
  );
  expectEach(blockers, wanted.blockers ?? blockers);
  expectEach(plan.notes, wanted.notes ?? plan.notes);
  const witnesses = plan.witnesses.map(({ who, what }) => `${who}: ${what}`);
  expectEach(witnesses, wanted.witnesses ?? witnesses);
}

/** The few words that tell why a run did not end as it should. */
function saidIn({ report, stderr }: Ended): string {
  return (
    JSON.stringify(report, (key, value: unknown) =>
      [
        '',
        'error',
        'message',
        'findings',
        'verdict',
        'reason',
        'steps',
        'step',
        'detail',
        'leftOut',
      ].includes(key) || /^\d+$/.test(key)
        ? value
        : undefined,
    ) + stderr
  );
}

/** As many as wanted, and each contains its own. */
function expectEach(found: readonly string[], wanted: readonly string[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [index, text] of wanted.entries()) expect(found[index]).toContain(text);
}

/** Lines that a diff takes away. */
function takenBy(diff: string): readonly string[] {
  const lines = diff.split('\n').slice(2);
  return lines.filter((line) => line.startsWith('-')).map((line) => line.slice(1));
}

const OURS = new Set(header.split('\n'));

/** Lines that a diff adds, without those of our header. */
function addedBy(diff: string): readonly string[] {
  return diff
    .split('\n')
    .filter((line) => line.startsWith('+') && !line.startsWith('+++'))
    .map((line) => line.slice(1))
    .filter((line) => !OURS.has(line));
}
