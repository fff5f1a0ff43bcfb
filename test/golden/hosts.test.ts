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
  const { expected } = manifest;

  it('is judged so', async () => {
    using made = await goldenHost(manifest);
    const ended = await dockaudit(made.host, ['check', '--format', 'json', ...manifest.arguments]);
    const report = readReport(ended);
    expectVerdicts(report, expected.verdicts);
    expect(ended.exit).toBe(expected.exit);
  });

  const { plan, fixed } = expected;
  const itPlans = plan ? it : undefined;
  itPlans?.('is planned so', async () => {
    using made = await goldenHost(manifest);
    const before = await listedOn(made.host);
    const ended = await dockaudit(made.host, ['plan', '--format', 'json', ...manifest.arguments]);
    expectPlan(readReport(ended), plan);
    expect(ended.exit).toBe(plan?.exit);
    expect(await listedOn(made.host)).toEqual(before);
  });

  const itFixes = fixed ? it : undefined;
  itFixes?.('becomes so', async () => {
    using made = await goldenHost(manifest);
    const runs = manifest.runs ?? [manifest.arguments];
    let ended = await fix(made.host, runs[0] ?? []);
    for (const args of runs.slice(1)) ended = await fix(made.host, args);
    expect(ended.exit, saidIn(ended)).toBe(fixed?.exit);
    if (fixed?.failure !== undefined) expect(readFailure(ended).message).toContain(fixed.failure);
    if (fixed?.verdicts)
      expect(
        Object.fromEntries(
          readReport(ended).findings.map(({ control, verdict }) => [control, verdict]),
        ),
      ).toEqual(fixed.verdicts);
    for (const [path, lines] of Object.entries(fixed?.files ?? {})) {
      const image = await made.host.read(absolutePath(path));
      const text = lines.map((line) => (line === 'HEADER' ? header : `${line}\n`)).join('');
      expect(image && decode(image.bytes), path).toBe(text);
    }
    if (fixed?.listing) expect(await listedOn(made.host)).toEqual(fixed.listing);
  });
});

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
    if (wanted.running) expect(finding?.running.kind).toBe(wanted.running);
    if (wanted.persistent) expect(finding?.persistent.kind).toBe(wanted.persistent);
  }
}

function expectPlan({ plan }: ReadReport, wanted: Expected['plan']): void {
  if (!plan || !wanted) throw new Error('there is no plan');
  if (wanted.activation)
    expect(plan.activation.kind, plan.activation.reason).toBe(wanted.activation);
  expect(plan.activation.reason).toContain(wanted.activationReason ?? '');
  if (wanted.daemon) expect(plan.daemon.kind, plan.daemon.reason).toBe(wanted.daemon);
  expect(plan.daemon.reason).toContain(wanted.daemonReason ?? '');
  if (wanted.commands) expect(plan.commands.map((argv) => argv.join(' '))).toEqual(wanted.commands);
  if (wanted.edits) {
    const added = plan.edits.map(({ path, diff }) => [path, addedBy(diff)]);
    expect(Object.fromEntries(added)).toEqual(wanted.edits);
    for (const { diff } of plan.edits) expect(diff).not.toMatch(/^-(?!--)/m);
  }
  if (wanted.leftOut) expect(plan.leftOut.map(({ control }) => control)).toEqual(wanted.leftOut);
  if (wanted.blockers)
    expectEach(
      plan.blockers.map(({ path, line, reason, mend }) => `${path}:${line} ${reason}: ${mend}`),
      wanted.blockers,
    );
  if (wanted.notes) expectEach(plan.notes, wanted.notes);
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

const OURS = new Set(header.split('\n'));

/** Lines that a diff adds, without those of our header. */
function addedBy(diff: string): readonly string[] {
  return diff
    .split('\n')
    .filter((line) => line.startsWith('+') && !line.startsWith('+++'))
    .map((line) => line.slice(1))
    .filter((line) => !OURS.has(line));
}
