/** `dockaudit lint [FILE…]`: lines that will not load, or do not mean what they say. */

import { loadOrder } from '../audit/order.ts';
import type { SourceFile } from '../audit/merge.ts';
import { discover } from '../discover/discover.ts';
import type { Facts } from '../discover/facts.ts';
import { readMounts } from '../discover/mounts.ts';
import { readWorld } from '../discover/world.ts';
import { ExitStatus, HostFailure } from '../errors.ts';
import { findFlaws } from '../evaluate/flaws/find-flaws.ts';
import { fileScript, hostScript, statementsIn, type ReadFile } from '../evaluate/flaws/script.ts';
import type { HostReader } from '../host/host.ts';
import { absolutePath, join, type AbsolutePath } from '../paths.ts';
import { describeLint } from '../report/lint.ts';
import { lintJson } from '../report/lint-json.ts';
import type { LintReport } from '../report/report.ts';
import { decode } from '../text.ts';
import type { Context } from './context.ts';
import { deliverText } from './deliver.ts';
import { givenPath } from './given-path.ts';

type Linted = Pick<LintReport, 'unreadable' | 'flaws' | 'notes'> & {
  readonly files: readonly SourceFile[];
};

export async function lint(context: Context): Promise<number> {
  const { host, live, words, options, run } = context;
  const facts = await discover(host, [], { live, includeAbsent: false });
  const isHosts = words.length === 0;
  const linted = isHosts ? await lintHost(facts, host) : await lintFiles(facts, context);
  const counts = linted.flaws.some(({ severity }) => severity !== 'hint') && !options.exitZero;
  const exitCode =
    linted.unreadable.length > 0 ? ExitStatus.failed : counts ? ExitStatus.findings : ExitStatus.ok;
  const files = linted.files.map(({ path, text }) => ({
    path,
    lines: text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0),
  }));
  const report: LintReport = { ...linted, run, facts, isHosts, files, exitCode };
  await deliverText(context, (style) =>
    options.format === 'json' ? lintJson(report) : describeLint(report, style),
  );
  return exitCode;
}

/** What the loader of the host reads, as it reads it. @throws HostFailure if nothing is loaded */
async function lintHost(facts: Facts, host: HostReader): Promise<Linted> {
  const { mechanism, persistent } = facts;
  if (mechanism.kind === 'none')
    throw new HostFailure(
      `cannot lint the rules of this host: ${mechanism.reason}`,
      "'dockaudit lint FILE' judges a file on its own",
      'ENOENT',
    );
  // Those of a directory that may not be read are not known: that is no clean host.
  const names =
    mechanism.kind === 'augenrules' ? ((await host.list(mechanism.rulesDirectory)) ?? []) : [];
  const unread = await unreadOf(mechanism, names, persistent.files, host);
  return {
    files: persistent.files,
    unreadable: unread,
    flaws: findFlaws(hostScript(facts, names)),
    notes: [
      ...(mechanism.idleAtBoot === undefined ? [] : [mechanism.idleAtBoot]),
      ...facts.notes.filter((note) => !unread.some(({ path }) => note.includes(path))),
    ],
  };
}

/** Files that the loader reads and we may not. What augenrules itself passes over is no trouble. */
async function unreadOf(
  mechanism: Exclude<Facts['mechanism'], { readonly kind: 'none' }>,
  names: readonly string[],
  files: readonly SourceFile[],
  host: HostReader,
): Promise<LintReport['unreadable']> {
  const known = new Set(files.map(({ path }) => path));
  if (mechanism.kind === 'rulesFile')
    return known.has(mechanism.file) ? [] : unreadable(await seen(host, mechanism.file));
  const wanted = loadOrder(names, mechanism.dialect)
    .filter((name) => names.includes(name))
    .map((name) => join(mechanism.rulesDirectory, name))
    .filter((path) => !known.has(path));
  const looked = await Promise.all(wanted.map((path) => seen(host, path)));
  return looked.flatMap(unreadable).filter(({ isForbidden }) => isForbidden);
}

/** Each file on its own, as `auditctl -R` of the host would load it. */
async function lintFiles(facts: Facts, { host, here, words, input }: Context): Promise<Linted> {
  const given = await Promise.all(
    words.map(async (word) =>
      word === '-'
        ? { path: absolutePath('/dev/stdin'), text: decode(await input()) }
        : seen(here, givenPath(word)),
    ),
  );
  const files = given.filter((one): one is ReadFile => 'text' in one);
  const world = await readWorld(host, {
    statements: files.flatMap(statementsIn),
    targets: [],
    mounts: await readMounts(host),
    machine: facts.machine.architecture,
    version: facts.version,
  });
  return {
    files,
    unreadable: given.flatMap(unreadable),
    flaws: files.flatMap((file) => findFlaws(fileScript(file, world))),
    notes: [],
  };
}

type Unread = LintReport['unreadable'][number] & { readonly isForbidden: boolean };

async function seen(host: HostReader, path: AbsolutePath): Promise<ReadFile | Unread> {
  try {
    const image = await host.read(path);
    if (image) return { path, text: decode(image.bytes), image };
    return { path, reason: 'nothing is there', isForbidden: false };
  } catch (error) {
    if (!(error instanceof HostFailure)) throw error;
    const isForbidden = error.code === 'EACCES' || error.code === 'EPERM';
    return { path, reason: error.message, isForbidden };
  }
}

function unreadable(one: ReadFile | Unread): readonly Unread[] {
  return 'reason' in one ? [one] : [];
}
