/**
 * Five outside judges. First the oracles themselves, against what the real ones said of F01 to F28;
 * then, on every control that a fix edited, they agree, or the plan says who does not.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { benchmark } from '../../src/controls/load.ts';
import { SCENARIOS } from '../../src/host/practice.ts';
import type { Host, HostReader } from '../../src/host/host.ts';
import { absolutePath, isAbsolutePath } from '../../src/paths.ts';
import { decode } from '../../src/text.ts';
import {
  dockaudit,
  goldenHost,
  parseManifest,
  readReport,
  type Manifest,
  type ReadReport,
} from '../support/golden.ts';
import { JUDGES, opinionOf, SUBJECTS, type Judge, type Shown } from '../support/outside-judges.ts';
import { manifestOf, situations } from '../support/situations.ts';

const NAMES: Readonly<Record<Judge, string>> = {
  book: "the book's command",
  bench: 'docker-bench-security',
  aqua: 'aquasecurity/docker-bench',
  agent: "Datadog's agent",
  profile: "dev-sec's profile",
};

const sections = new Map(benchmark('cis-docker-1.2.0').sections.map((one) => [one.number, one]));

/** What a host shows, asked as the judges ask. */
async function shownBy(host: HostReader, listing: readonly string[]): Promise<Shown> {
  const units = ['docker.service', 'docker.socket', 'containerd.socket'];
  const fragments = new Map<string, string | undefined>();
  for (const unit of units) fragments.set(unit, await fragmentOf(host, unit));
  const folders = ['/etc/systemd/system', '/lib/systemd/system', '/usr/lib/systemd/system'];
  const paths = [
    ...units.flatMap((unit) => folders.map((folder) => `${folder}/${unit}`)),
    ...[...fragments.values()].filter((path) => path !== undefined),
    '/usr/bin/dockerd',
  ];
  const kinds = new Map<string, string>();
  for (const path of paths) kinds.set(path, await kindOf(host, path));
  return {
    listing,
    kindOf: (path) => (kinds.get(path) === 'file' ? 'file' : 'absent'),
    fragmentOf: (unit) => fragments.get(unit),
    textOf: () => '',
  };
}

async function fragmentOf(host: HostReader, unit: string): Promise<string | undefined> {
  const argv = [absolutePath('/usr/bin/systemctl'), 'show', '-p', 'FragmentPath', unit] as const;
  const { status, stdout } = await host.ask({ kind: 'query', argv, timeoutMs: 1000 });
  if (status !== 0) return undefined;
  return /^FragmentPath=(.*)$/m.exec(decode(stdout))?.[1] ?? '';
}

async function kindOf(host: HostReader, path: string): Promise<string> {
  if (!isAbsolutePath(path)) return 'absent';
  const end = await host.resolve(absolutePath(path));
  return (end && (await host.look(end))?.kind) ?? 'absent';
}

/** p pass, f fail, n not applicable, as measured: the daemon, then the socket. */
type Measured = Readonly<Record<Exclude<Judge, 'profile'>, string> & { profile: string }>;

const m = (
  bench: string,
  book: string,
  aqua: string,
  profile: string,
  agent: string,
): Measured => ({
  bench,
  book,
  aqua,
  profile,
  agent,
});

/** dev-sec asks for another file than the daemon's, so only its word on the socket counts. */
const MEASURED: Readonly<Record<string, Measured>> = {
  F01: m('pp', 'pp', 'pp', 'p', 'pp'),
  F02: m('ff', 'ff', 'ff', 'f', 'ff'),
  F03: m('pp', 'pp', 'pp', 'f', 'ff'),
  F04: m('pp', 'pp', 'pp', 'f', 'ff'),
  F05: m('pp', 'pp', 'pp', 'f', 'pp'),
  F06: m('pp', 'pp', 'pp', 'f', 'pp'),
  F07: m('pp', 'pp', 'pp', 'f', 'ff'),
  F08: m('pp', 'pp', 'pp', 'f', 'ff'),
  F09: m('pf', 'pp', 'pf', 'f', 'ff'),
  F10: m('pp', 'pp', 'pp', 'f', 'ff'),
  F11: m('ff', 'ff', 'ff', 'f', 'ff'),
  F12: m('ff', 'fp', 'ff', 'f', 'ff'),
  F13: m('ff', 'ff', 'ff', 'f', 'ff'),
  F14: m('pp', 'pp', 'pp', 'f', 'pp'),
  F15: m('pp', 'pp', 'pf', 'f', 'pf'),
  F16: m('pn', 'pn', 'pf', 'f', 'pn'),
  F17: m('pf', 'pp', 'pf', 'f', 'pp'),
  F18: m('pp', 'pp', 'pp', 'p', 'pf'),
  F21: m('pp', 'pp', 'pp', 'p', 'pp'),
  F22: m('pp', 'pp', 'pp', 'p', 'pp'),
  F23: m('pp', 'pp', 'pp', 'p', 'pp'),
  // Its path is not there, which the agent's source makes an error and no fail.
  F24: m('ff', 'ff', 'ff', 'f', 'nf'),
  F25: m('pp', 'pp', 'pp', 'f', 'pp'),
  F26: m('pp', 'pp', 'pp', 'f', 'pp'),
  F27: m('ff', 'ff', 'ff', 'f', 'ff'),
  F28: m('pp', 'pp', 'pp', 'p', 'pp'),
};

describe.each(situations.filter(({ id }) => id in MEASURED))('$id: $situation', (wanted) => {
  it('is judged by each oracle as by the program that it restates', async () => {
    using made = await goldenHost(manifestOf(wanted));
    const shown = await shownBy(made.host, wanted.listing);
    const said = (judge: Judge, slug: string): string => opinionOf(judge, slug, shown)[0] ?? '';
    const found = Object.fromEntries(
      JUDGES.map((judge) => [
        judge,
        (judge === 'profile' ? '' : said(judge, 'docker-daemon')) + said(judge, 'docker-socket'),
      ]),
    );
    expect(found).toEqual(MEASURED[wanted.id]);
  });

  it('has them agree on what a fix edits', async () => {
    using made = await goldenHost(manifestOf(wanted));
    await expectAgreement(made.host, []);
  });
});

const folder = new URL('./hosts/', import.meta.url);
const manifests: readonly (Manifest & { readonly name: string })[] = [
  ...readdirSync(folder).map((name) => ({
    name,
    ...parseManifest(readFileSync(new URL(name, folder), 'utf8')),
  })),
  ...SCENARIOS.map(({ name }) => ({
    name,
    ...parseManifest(
      JSON.stringify({
        situation: `the scenario ${name}`,
        source: '',
        scenario: name,
        expected: { exit: 0, verdicts: {} },
      }),
    ),
  })),
];

describe.each(manifests.filter((one) => !one.arguments.includes('syscall')))(
  '$name: $situation',
  ({ name: _, ...manifest }) => {
    it('has them agree on what a fix would edit', async () => {
      using made = await goldenHost(manifest);
      await expectAgreement(made.host, manifest.arguments);
    });
  },
);

/** Each judge passes each control that gets a line, or the plan tells that it does not. */
async function expectAgreement(host: Host, args: readonly string[]): Promise<void> {
  const ended = await dockaudit(host, ['plan', '--format', 'json', ...args]);
  if (!isReport(ended.report)) return;
  const { plan } = readReport(ended);
  const listing = plan?.preview.find(({ kind }) => kind === 'table')?.after;
  if (!plan || plan.activation.kind === 'reboot' || !listing) return;
  const shown = await shownBy(host, listing);
  for (const control of new Set(plan.edits.flatMap(({ satisfies }) => satisfies)))
    for (const judge of JUDGES) expectOpinion(judge, control, shown, plan.notes);
}

type Plan = NonNullable<ReadReport['plan']>;

function expectOpinion(judge: Judge, control: string, shown: Shown, notes: Plan['notes']): void {
  const slug = sections.get(control)?.control.slug ?? '';
  const opinion = opinionOf(judge, slug, shown);
  const told = notes.some((note) => note.startsWith(`${control}: `) && note.includes(NAMES[judge]));
  expect(told, `${control} ${judge} says ${opinion}: ${notes.join(' | ')}`).toBe(
    opinion === 'fail',
  );
}

function isReport(report: unknown): boolean {
  return typeof report === 'object' && report !== null && 'findings' in report;
}

it('know sixteen subjects', () => {
  expect(SUBJECTS).toHaveLength(16);
  for (const { control } of sections.values()) expect(SUBJECTS).toContain(control.slug);
});
