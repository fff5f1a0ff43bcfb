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
import { listedOn, practised } from '../support/hosts.ts';
import { JUDGES, opinionOf, SUBJECTS, type Judge, type Shown } from '../support/outside-judges.ts';
import { manifestOf, situations } from '../support/situations.ts';

const NAMES: Readonly<Record<Judge, string>> = {
  book: "the book's command",
  bench: 'docker-bench-security',
  aqua: 'aquasecurity/docker-bench',
  agent: "Datadog's agent",
  profile: "dev-sec's profile",
};

/** Slugs of one version's controls, by number. */
function slugsOf(id: string): ReadonlyMap<string, string> {
  return new Map(benchmark(id).sections.map(({ number, control }) => [number, control.slug]));
}

const DEFAULT = slugsOf('cis-docker-1.2.0');

/** What the judges look at besides units. */
const PATHS = [
  '/usr/bin/dockerd',
  '/var/lib/docker',
  '/etc/docker',
  '/etc/docker/daemon.json',
  '/etc/default/docker',
  '/etc/sysconfig/docker',
  '/etc/containerd/config.toml',
  '/run/containerd',
  ...['containerd', 'containerd-shim', 'containerd-shim-runc-v1', 'containerd-shim-runc-v2'].map(
    (name) => `/usr/bin/${name}`,
  ),
  '/usr/bin/runc',
  '/usr/sbin/runc',
];

/** What a host shows, asked as the judges ask. */
async function shownBy(host: HostReader, listing: readonly string[]): Promise<Shown> {
  const units = ['docker.service', 'docker.socket', 'containerd.socket'];
  const fragments = new Map<string, string | undefined>();
  for (const unit of units) fragments.set(unit, await fragmentOf(host, unit));
  const folders = ['/etc/systemd/system', '/lib/systemd/system', '/usr/lib/systemd/system'];
  const paths = [
    ...units.flatMap((unit) => folders.map((folder) => `${folder}/${unit}`)),
    ...[...fragments.values()].filter((path) => path !== undefined),
    ...PATHS,
  ];
  const kinds = new Map<string, string>();
  for (const path of paths) kinds.set(path, await kindOf(host, path));
  return {
    listing,
    kindOf: (path) => {
      const kind = kinds.get(path);
      return kind === 'file' || kind === 'directory' ? kind : 'absent';
    },
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
    expect(await untold(made.host, [])).toEqual([]);
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
  (manifest) => {
    it('has them agree on what a fix would edit', async () => {
      using made = await goldenHost(manifest);
      expect(await untold(made.host, manifest.arguments)).toEqual([]);
    });
  },
);

/** What a judge says of a control that gets a line, where the plan does not tell the same. */
async function untold(
  host: Host,
  args: readonly string[],
  slugs = DEFAULT,
): Promise<readonly string[]> {
  const ended = await dockaudit(host, ['plan', '--format', 'json', ...args]);
  if (!isReport(ended.report)) return [];
  const { plan } = readReport(ended);
  const listing = plan?.preview.find(({ kind }) => kind === 'table')?.after;
  if (!plan || plan.activation.kind === 'reboot' || !listing) return [];
  return untoldBy(plan, await shownBy(host, listing), slugs);
}

type Plan = NonNullable<ReadReport['plan']>;

/** A fail has to be told, and nothing else may be. */
function untoldBy({ edits, notes }: Plan, shown: Shown, slugs = DEFAULT): readonly string[] {
  const edited = [...new Set(edits.flatMap(({ satisfies }) => satisfies))];
  return edited.flatMap((control) =>
    JUDGES.flatMap((judge) => {
      const slug = slugs.get(control) ?? '';
      const opinion = opinionOf(judge, slug, shown);
      const own = notes.filter((note) => note.startsWith(`${control}: `));
      const isTold = own.some((note) => note.includes(NAMES[judge]));
      return isTold === (opinion === 'fail') ? [] : [`${control}: ${NAMES[judge]} says ${opinion}`];
    }),
  );
}

const BOOKS = ['1.2.0', '1.3.1', '1.4.0', '1.5.0', '1.6.0', '1.7.0', '1.8.0'];
/** Where more of Docker's files are, so that more controls apply. */
const MORE = {
  '/etc/docker/daemon.json': ['{}'],
  '/etc/containerd/config.toml': ['version = 2'],
  '/etc/sysconfig/docker': ['OPTIONS='],
};

describe.each(BOOKS)('each control of CIS Docker %s', (version) => {
  it.each([
    ['as installed', {}],
    ['with every file that a control names', MORE],
  ])('has them agree on what a fix edits, on a host %s', async (_, files) => {
    const expected = { exit: 0, verdicts: {} };
    using made = await goldenHost(
      parseManifest(JSON.stringify({ situation: version, source: '', files, expected })),
    );
    const id = `cis-docker-${version}`;
    const args = ['--all', '--benchmark', id];
    const { plan } = readReport(await dockaudit(made.host, ['plan', '--format', 'json', ...args]));
    const edited = plan?.edits.flatMap(({ satisfies }) => satisfies) ?? [];
    expect(edited.length).toBeGreaterThan(5);
    expect(await untold(made.host, args, slugsOf(id))).toEqual([]);
  });
});

const FIXED = ['fresh', 'one-missing', 'generated-file-edited', 'kernel-only-rules'];

describe.each(FIXED)('the scenario %s, fixed for real', (scenario) => {
  it('has them agree on the listing of its kernel', async () => {
    using made = await practised(scenario);
    const { plan } = readReport(await dockaudit(made.host, ['--yes', '--format', 'json']));
    expect(plan?.edits).not.toEqual([]);
    const shown = await shownBy(made.host, await listedOn(made.host));
    expect(plan && untoldBy(plan, shown)).toEqual([]);
    // On these hosts systemd says /lib and /usr is merged, which dev-sec's line does not bear.
    const others = plan?.notes.filter(
      // One scenario has a file of rules for Docker that is not ours, which is named.
      (note) =>
        !note.includes(NAMES.profile) && !note.includes('rules for Docker that are not ours'),
    );
    expect(others).toEqual([]);
  });
});

function isReport(report: unknown): boolean {
  return typeof report === 'object' && report !== null && 'findings' in report;
}

it('know sixteen subjects', () => {
  expect(SUBJECTS).toHaveLength(16);
  for (const slug of DEFAULT.values()) expect(SUBJECTS).toContain(slug);
});
