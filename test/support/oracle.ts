/**
 * One question for two: what becomes of a rules file that is loaded into an empty table? The real
 * auditctl answers by doing it, in batches; `load` and `listTable` answer on paper.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseVersion } from '../../src/audit/auditctl.ts';
import { listTable, load } from '../../src/audit/load.ts';
import { parseRules } from '../../src/audit/parse.ts';
import type { RuleStatement, Statement } from '../../src/audit/rule.ts';
import type { AuditVersion, World } from '../../src/audit/world.ts';
import { readMounts } from '../../src/discover/mounts.ts';
import { passingDeadEnds } from '../../src/discover/overlooking.ts';
import { readWorld } from '../../src/discover/world.ts';
import { linuxHost } from '../../src/host/linux.ts';
import { loadedStatements } from '../../src/evaluate/statements.ts';
import { absolutePath, type AbsolutePath } from '../../src/paths.ts';
import { decode, encode } from '../../src/text.ts';
import { refuseDangerousFile } from './rules-guard.ts';

/** What became of a rules file. */
export interface Fate {
  readonly exit: number;
  /** Lines that auditctl called wrong; the first may have gone to syslog only. */
  readonly wrong: readonly number[];
  readonly listed: readonly string[];
  readonly status: Readonly<Record<string, string>>;
}

/**
 * Loaded between two files: tells what the first left, and clears the table for the next. Auditing
 * is off meanwhile: rules are taken and listed, and nothing fires.
 */
const BETWEEN = '-s\n-l\n-D\n-b 8192 -f 1 -r 0 -e 0 --backlog_wait_time 60000\n';
const STATUS = {
  enabled: 0,
  failure: 1,
  rateLimit: 0,
  backlogLimit: 8192,
  backlogWaitTime: 60_000,
  loginuidImmutable: false,
} as const;

const ASK = `
auditctl=/usr/sbin/auditctl
$auditctl -R between >/dev/null || exit 1
for file in *.rules; do
  $auditctl -R "$file" >/dev/null 2>"$file.said"
  echo $? >"$file.exit"
  $auditctl -R between >"$file.left" || exit 1
done
`;

/** Loads each of `texts` into the live kernel, as the machine's only rules. */
export function askAuditctl(texts: readonly string[]): readonly Fate[] {
  const folder = mkdtempSync(join(tmpdir(), 'asked-'));
  try {
    write(join(folder, 'between'), BETWEEN);
    for (const [index, text] of texts.entries()) write(join(folder, nameOf(index)), text);
    execFileSync('/bin/sh', ['-c', ASK], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    return texts.map((_, index) => fateIn(join(folder, nameOf(index))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Names that the shell puts in the order of the texts. */
function nameOf(index: number): string {
  return `${String(index).padStart(6, '0')}.rules`;
}

function write(path: string, text: string): void {
  const bytes = encode(text);
  refuseDangerousFile(path, bytes);
  writeFileSync(path, bytes, { mode: 0o640 });
}

function fateIn(file: string): Fate {
  const read = (suffix: string): string => decode(readFileSync(`${file}.${suffix}`));
  const left = read('left').split('\n');
  const listing = left.findIndex((line) => line.startsWith('loginuid_immutable ')) + 1;
  const end = left.lastIndexOf('No rules');
  const wrong = read('said').matchAll(/^There was an error in line (\d+) of /gm);
  return {
    exit: Number(read('exit')),
    wrong: Array.from(wrong, ([, line]) => Number(line)),
    listed: left.slice(listing, end),
    status: Object.fromEntries(
      left
        .slice(0, listing)
        .map((line) => line.split(' '))
        .flatMap(([name = '', value = '']) => (name in SETTINGS ? [[name, value]] : [])),
    ),
  };
}

const SETTINGS = {
  enabled: 'enabled',
  failure: 'failure',
  rate_limit: 'rateLimit',
  backlog_limit: 'backlogLimit',
  backlog_wait_time: 'backlogWaitTime',
} as const;

/** What the model says of each of `texts` on this machine. */
export async function askModel(texts: readonly string[]): Promise<readonly Fate[]> {
  const predicted = await Promise.all(texts.map((text) => foretold(text)));
  return predicted.map(({ fate }) => fate);
}

/** What `text` leaves in an empty kernel, on paper, and as what the judge reads. */
export interface Foretold {
  readonly fate: Fate;
  readonly statements: readonly RuleStatement[];
  readonly world: World;
}

/** @param targets places that are judged afterwards */
export async function foretold(
  text: string,
  targets: readonly AbsolutePath[] = [],
): Promise<Foretold> {
  const statements = parseRules(text, absolutePath('/loaded.rules'));
  const host = passingDeadEnds(linuxHost());
  const mounts = await readMounts(host);
  const [machine, version] = ['x86_64', hostVersion()];
  const world = await readWorld(host, { statements, targets, mounts, machine, version });
  const outcome = load(statements, world, { table: [], status: STATUS });
  const { exit, problems, state } = outcome;
  const wrong = problems.map(({ statement }) => lineOf(statement));
  const fate = {
    exit,
    // A crash says nothing.
    wrong: exit === 139 ? wrong.slice(0, -1) : wrong,
    listed: listTable(state, world),
    status: Object.fromEntries(
      Object.entries(SETTINGS).map(([name, ours]) => [name, String(state.status[ours])]),
    ),
  };
  return { fate, statements: loadedStatements(outcome, statements), world };
}

let version: AuditVersion | undefined;

/** Of this machine's auditctl. */
export function hostVersion(): AuditVersion {
  version ??= parseVersion(execFileSync('/usr/sbin/auditctl', ['-v'], { encoding: 'utf8' }));
  return version ?? [3, 0, 9];
}

function lineOf({ origin }: Statement): number {
  return origin.kind === 'file' ? origin.line : 0;
}

/** Whether both say the same, as far as auditctl says on stderr which lines were wrong. */
export function agree(found: Fate, told: Fate): boolean {
  const heard = told.wrong.slice(told.wrong.length - found.wrong.length);
  const { wrong: _found, ...rest } = found;
  const { wrong: _told, ...expected } = told;
  return (
    JSON.stringify([found.wrong, rest.exit, rest.listed, rest.status]) ===
    JSON.stringify([heard, expected.exit, expected.listed, expected.status])
  );
}
