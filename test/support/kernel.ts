/**
 * The live kernel for tests: its one table of rules, the real auditctl, augenrules and auditd. Every
 * load passes the guard (rules-guard.ts), and the machine is left as it was found.
 */

import { execFile, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { decode } from '../../src/text.ts';
import type { Said } from './hosts.ts';
import {
  refuseArguments,
  refuseDangerous,
  refuseDangerousFile,
  requireWatchfulGuard,
} from './rules-guard.ts';
import { openScreen, type Screen } from './screen.ts';

export const AUDIT = '/etc/audit';
export const RULES_D = `${AUDIT}/rules.d`;
export const MERGED = `${AUDIT}/audit.rules`;
export const OUR_FILE = `${RULES_D}/zz-docker.rules`;

const AUDITCTL = '/usr/sbin/auditctl';
const AUGENRULES = '/usr/sbin/augenrules';
const SERVICE = '/usr/sbin/service';
const CLI = fileURLToPath(new URL('../../bin/dockaudit.js', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../dist/main.cjs', import.meta.url));

/** As Debian 12 ships rules.d/audit.rules. */
const SHIPPED = '-D\n-b 8192\n-f 1\n--backlog_wait_time 60000\n';

/** What `auditctl -l` shows of ours on Debian 12 with docker.io. Source: measured facts, 3 and 9. */
export const DAEMON_RULE = '-w /usr/sbin/dockerd -p rwxa -k docker';
export const LITERAL_RULE = '-w /usr/bin/dockerd -p rwxa -k docker';
export const SOCKET_RULE = '-w /usr/lib/systemd/system/docker.socket -p rwxa -k docker';
export const OURS = [DAEMON_RULE, LITERAL_RULE, SOCKET_RULE];

/** Rule files by name in rules.d. */
export type RuleFiles = Readonly<Record<string, string>>;

/** How a machine is before somebody runs dockaudit there. */
export interface Situation {
  /** Stopped as on a fresh machine, where audit was never enabled. */
  readonly daemon: 'running' | 'stopped';
  /** Beside the distribution's own, and loaded. */
  readonly rules?: RuleFiles;
  /** Rules that no file holds. */
  readonly live?: string;
  /** Written since the last load. */
  readonly waiting?: RuleFiles;
}

/** A dockaudit that still runs. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Said>;
  /** Until stderr holds `text`. */
  says(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

/** What the tests read of a report; `status` is the exit status. */
export interface Report {
  readonly status: number;
  readonly findings: readonly { readonly control: string; readonly verdict: string }[];
  readonly plan?: {
    readonly activation: { readonly kind: string; readonly reason: string };
    readonly daemon: { readonly kind: string; readonly reason: string };
    readonly liveOnly: { readonly reason: string } | null;
    readonly commands: readonly (readonly string[])[];
    readonly leftOut: readonly { readonly control: string; readonly reason: string }[];
    readonly blockers: readonly { readonly path: string; readonly line: number }[];
    readonly notes: readonly string[];
  };
  readonly change?: { readonly id: string; readonly state: string } | null;
  readonly error?: { readonly class: string; readonly message: string };
}

let stateDirectory = '';

/** Registers set-up and clean-up: the machine of this test file. */
export function liveKernel(): void {
  let found: { readonly copy: string; readonly status: ReadonlyMap<string, string> } | undefined;
  beforeAll(() => {
    requireFitMachine();
    requireWatchfulGuard();
    const copy = mkdtempSync(join(tmpdir(), 'etc-audit-'));
    execFileSync('/bin/cp', ['-a', `${AUDIT}/.`, copy]);
    stateDirectory = mkdtempSync(join(tmpdir(), 'dockaudit-state-'));
    found = { copy, status: kernelStatus() };
  });
  afterAll(async () => {
    if (!found) return;
    // The files first: whatever else fails, nothing of the tests is loaded at the next boot.
    for (const name of readdirSync(AUDIT)) rmSync(join(AUDIT, name), { recursive: true });
    execFileSync('/bin/cp', ['-a', `${found.copy}/.`, AUDIT]);
    for (const folder of [found.copy, stateDirectory]) rmSync(folder, { recursive: true });
    await stopDaemon();
    await auditctl('-D');
    for (const [name, option] of STATUS) await auditctl(option, found.status.get(name) ?? '');
  });
}

const STATUS = [
  ['backlog_limit', '-b'],
  ['failure', '-f'],
  ['rate_limit', '-r'],
  ['backlog_wait_time', '--backlog_wait_time'],
  ['enabled', '-e'],
] as const;

/** @throws Error where live tests must not run; they never skip */
export function requireFitMachine(): void {
  if (process.env['LIVE_KERNEL'] !== '1') refuse('LIVE_KERNEL=1 is not set');
  if (process.getuid?.() !== 0) refuse('it needs root');
  const namespaces = ['pid', 'user'].map((name) => readlinkSync(`/proc/self/ns/${name}`));
  if (namespaces.join(' ') !== 'pid:[4026531836] user:[4026531837]')
    refuse("this is a container, and the rules are its host's");
  for (const path of [AUDITCTL, AUGENRULES, '/usr/sbin/auditd', '/usr/sbin/dockerd'])
    if (!existsSync(path)) refuse(`${path} is missing: apt-get install auditd docker.io`);
  if (existsSync('/usr/bin/dockerd')) refuse('/usr/bin/dockerd is here: this is not docker.io');
  if (!existsSync(PROGRAM)) refuse('dist/main.cjs is missing: npm run build');
  if (!['0', '1'].includes(kernelStatus().get('enabled') ?? '')) refuse('the kernel is immutable');
  if (table().length > 0) refuse("the kernel holds rules: 'auditctl -D' takes them out");
  if (daemonPid() > 0) refuse("auditd runs: 'service auditd stop' ends it");
}

function refuse(why: string): never {
  throw new Error(`cannot test the live kernel here: ${why}`);
}

/** Brings the machine there; dockaudit was never run on it. */
export async function begin({ daemon, rules = {}, live, waiting = {} }: Situation): Promise<void> {
  rmSync(join(stateDirectory, 'changes'), { recursive: true, force: true });
  for (const name of readdirSync(RULES_D)) rmSync(join(RULES_D, name));
  for (const path of [MERGED, `${MERGED}.prev`]) rmSync(path, { force: true });
  write({ 'audit.rules': SHIPPED });
  if (daemon === 'running' && daemonPid() === 0) await service('start');
  if (daemon === 'stopped') await stopDaemon();
  write(rules);
  await guarded(AUGENRULES, ['--load']);
  rmSync(`${MERGED}.prev`, { force: true });
  if (daemon === 'stopped') await auditctl('-e', '0');
  if (live !== undefined) await load(live);
  write(waiting);
}

/** Stopping loads nothing that could harm, so it works whatever the files hold. */
async function stopDaemon(): Promise<void> {
  if (daemonPid() > 0) await runs(SERVICE, ['auditd', 'stop']);
}

/** Writes rule files as a person would, once the guard has read them. */
export function write(files: RuleFiles): void {
  refuseDangerous(files);
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(RULES_D, name), text, { mode: 0o640 });
}

/** The text of a file in rules.d. */
export function rulesOf(name: string): string {
  return readFileSync(join(RULES_D, name), 'utf8');
}

/** Adds lines to the generated file, as the benchmark's page says. */
export function appendToMerged(lines: string): void {
  const text = `${readFileSync(MERGED, 'utf8')}${lines}`;
  refuseDangerous({ 'audit.rules': text });
  writeFileSync(MERGED, text);
}

/** `auditctl -R` of a file with this text. */
export async function load(text: string | Uint8Array): Promise<Said> {
  refuseDangerousFile('loaded.rules', text);
  const folder = mkdtempSync(join(tmpdir(), 'loaded-'));
  const path = join(folder, 'loaded.rules');
  writeFileSync(path, text, { mode: 0o640 });
  try {
    return await runs(AUDITCTL, ['-R', path]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function auditctl(...args: readonly string[]): Promise<Said> {
  refuseArguments(args);
  return runs(AUDITCTL, args);
}

export function service(verb: 'start' | 'stop' | 'restart'): Promise<Said> {
  return guarded(SERVICE, ['auditd', verb]);
}

/** Runs dockaudit to its end. Its changes are kept apart from the machine's own. */
export function dockaudit(...args: readonly string[]): Promise<Said> {
  return begun(...args).ended;
}

/** What it reports under `--format json`. */
export async function reported(...args: readonly string[]): Promise<Report> {
  const { stdout, status } = await dockaudit(...args, '--format', 'json');
  const report: Omit<Report, 'status'> = JSON.parse(stdout);
  return { ...report, status };
}

/** Starts dockaudit. */
export function begun(...args: readonly string[]): Running {
  refuseDangerous(rulesOnDisk());
  const argv = [CLI, ...args, '--state', stateDirectory];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  return {
    pid: child.pid ?? 0,
    ended: new Promise((resolve) =>
      child.on('close', (status) => resolve({ status: status ?? -1, stdout, stderr })),
    ),
    says: (text) =>
      new Promise((resolve, reject) => {
        child.stderr.on('data', () => {
          if (stderr.includes(text)) resolve();
        });
        child.on('close', () => reject(new Error(`'${text}' was not said:\n${stderr}`)));
      }),
    signal: (name) => child.kill(name),
  };
}

/** A session of dockaudit in a terminal of its own. */
export function opened(...args: readonly string[]): Screen {
  refuseDangerous(rulesOnDisk());
  const argv = [process.execPath, CLI, ...args, '--state', stateDirectory] as const;
  return openScreen({ argv, rows: 200 });
}

/** Runs dockaudit by way of another program, such as `setpriv` or `unshare`. */
export function dockauditBy(
  [program, ...before]: readonly [string, ...string[]],
  ...args: readonly string[]
): Promise<Said> {
  return guarded(program, [...before, process.execPath, CLI, ...args, '--state', stateDirectory]);
}

/** Runs a program that loads no rules. */
export function runProgram(path: string, ...args: readonly string[]): Promise<Said> {
  return runs(path, args);
}

/** Such as `1.2.3 pass`. */
export function verdicts({ findings }: Pick<Report, 'findings'>): readonly string[] {
  return findings.map(({ control, verdict }) => `${control} ${verdict}`);
}

/** A program that may load what lies in /etc/audit. */
function guarded(program: string, args: readonly string[]): Promise<Said> {
  refuseDangerous(rulesOnDisk());
  return runs(program, args);
}

function runs(program: string, args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile(program, [...args], (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ status, stdout, stderr });
    });
  });
}

/** Before a program of the test's own making may load what lies in /etc/audit. */
export function requireHarmlessRules(): void {
  refuseDangerous(rulesOnDisk());
}

function rulesOnDisk(): Record<string, Uint8Array> {
  const paths = [MERGED, ...readdirSync(RULES_D).map((name) => join(RULES_D, name))];
  return Object.fromEntries(
    paths.filter((path) => existsSync(path)).map((path) => [path, readFileSync(path)]),
  );
}

/** `auditctl -l`. */
export function table(): readonly string[] {
  const lines = decode(execFileSync(AUDITCTL, ['-l']))
    .split('\n')
    .slice(0, -1);
  return lines.length === 1 && lines[0] === 'No rules' ? [] : lines;
}

/** `auditctl -s`. */
function kernelStatus(): ReadonlyMap<string, string> {
  const lines = execFileSync(AUDITCTL, ['-s'], { encoding: 'utf8' }).split('\n');
  return new Map(lines.map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']));
}

/** Who takes the events; 0 if nobody. */
export function daemonPid(): number {
  return Number(kernelStatus().get('pid'));
}

/** What the kernel is set to, without what moves by itself. */
export function settings(): Readonly<Record<string, string | undefined>> {
  const now = kernelStatus();
  return Object.fromEntries(STATUS.map(([name]) => [name, now.get(name)]));
}

/** Each path below /etc/audit: owner, mode and bytes, as hash. */
export function auditFiles(): Readonly<Record<string, string>> {
  return inventory(({ mode, uid, gid }) => `${mode.toString(8)} ${uid}:${gid}`);
}

/** The same, and whether anybody wrote there meanwhile. */
export function untouched(): Readonly<Record<string, string>> {
  return inventory(({ ino, mtimeNs, ctimeNs }) => `${ino} ${mtimeNs} ${ctimeNs}`);
}

function inventory(
  tell: (stats: NonNullable<ReturnType<typeof bigStats>>) => string,
): Readonly<Record<string, string>> {
  const names = readdirSync(AUDIT, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(
    [AUDIT, ...names.map((name) => join(AUDIT, name))].map((path) => {
      const stats = bigStats(path);
      return [path, `${tell(stats)} ${stats.isFile() ? hashOf(path) : ''}`];
    }),
  );
}

function bigStats(path: string) {
  return lstatSync(path, { bigint: true });
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** All that a rollback has to bring back. */
export function machine(): object {
  return { files: auditFiles(), table: table(), settings: settings(), runs: daemonPid() > 0 };
}
