/** Golden hosts: a manifest becomes a practice host, and the real commands are run upon it. */

import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import type { Context } from '../../src/commands/context.ts';
import { parseCommandLine } from '../../src/commands/options.ts';
import { benchmark, chooseSections } from '../../src/controls/load.ts';
import { Failure } from '../../src/errors.ts';
import type { Host } from '../../src/host/host.ts';
import { failureJson } from '../../src/report/json.ts';
import { absolutePath, nameOf } from '../../src/paths.ts';
import type { Signals } from '../../src/signals.ts';
import type { Style, Terminal } from '../../src/terminal/terminal.ts';
import { decode, encode } from '../../src/text.ts';
import { practised, type, type Practised } from './hosts.ts';

const lines = v.array(v.string());
const byPath = <T extends v.GenericSchema>(value: T) => v.record(v.string(), value);

/** What a program says instead of what the simulation would. */
const answer = v.strictObject({
  status: v.number(),
  stdout: v.optional(lines, []),
  stderr: v.optional(lines, []),
});

const verdict = v.strictObject({
  verdict: v.picklist(['pass', 'partial', 'fail', 'pending', 'notApplicable', 'error']),
  /** Part of the one sentence. */
  reason: v.optional(v.string()),
  /** Part of what a person can do. */
  mend: v.optional(v.string()),
  /** Part of the advice. */
  advice: v.optional(v.string()),
  running: v.optional(v.picklist(['covered', 'partial', 'suppressed', 'absent', 'unknown'])),
  persistent: v.optional(v.picklist(['covered', 'partial', 'suppressed', 'absent', 'unknown'])),
  /** What the book's own command would say. */
  procedure: v.optional(v.picklist(['pass', 'fail', 'notApplicable'])),
});

/** What the plan proposes; each list is compared whole, a text is part of what is said. */
const plan = v.strictObject({
  exit: v.number(),
  activation: v.optional(v.picklist(['load', 'add', 'reboot', 'none'])),
  activationReason: v.optional(v.string()),
  daemon: v.optional(v.picklist(['restart', 'start', 'leave'])),
  daemonReason: v.optional(v.string()),
  commands: v.optional(lines),
  /** The lines, without our header, that the diff of each file adds. */
  edits: v.optional(byPath(lines)),
  /** The lines that it takes away: none, unless told otherwise. */
  takes: v.optional(byPath(lines), {}),
  leftOut: v.optional(lines),
  blockers: v.optional(lines),
  notes: v.optional(lines),
  /** Who will notice: `who: what`. */
  witnesses: v.optional(lines),
});

/** After `fix --yes` and more runs of it. */
const fixed = v.strictObject({
  exit: v.number(),
  verdicts: v.optional(v.record(v.string(), v.string())),
  /** Whole texts; `HEADER` stands for ours. */
  files: v.optional(byPath(lines)),
  /** The whole of `auditctl -l`. */
  listing: v.optional(lines),
  /** Part of the failure's message, where it ends in one. */
  failure: v.optional(v.string()),
});

const manifest = v.strictObject({
  situation: v.string(),
  /** Where the expectation comes from. */
  source: v.string(),
  scenario: v.optional(v.string(), 'fresh'),
  removed: v.optional(lines, []),
  directories: v.optional(lines, []),
  links: v.optional(byPath(v.string()), {}),
  files: v.optional(byPath(lines), {}),
  /** Whole texts: for what has other ends of lines, or none. */
  texts: v.optional(byPath(v.string()), {}),
  /** Octal. */
  modes: v.optional(byPath(v.string()), {}),
  /** Whether the host boots with these files, as it does unless told otherwise. */
  boots: v.optional(v.boolean(), true),
  /** After the boot: lines that are added to files. */
  appended: v.optional(byPath(lines), {}),
  /** After the boot: files that say something else by now. */
  rewritten: v.optional(byPath(lines), {}),
  /** What a person types then, words parted by spaces. */
  commands: v.optional(lines, []),
  /** By program and arguments, such as `auditctl -l`. */
  answers: v.optional(v.record(v.string(), answer), {}),
  /** What `systemctl show` says instead of the FragmentPath of docker.socket. */
  fragmentPath: v.optional(v.string()),
  /** Of dockaudit. */
  arguments: v.optional(lines, []),
  /** More runs of `fix --yes` with arguments of their own, one after the other. */
  runs: v.optional(v.array(lines)),
  expected: v.strictObject({
    exit: v.number(),
    verdicts: v.record(v.string(), verdict),
    plan: v.optional(plan),
    fixed: v.optional(fixed),
  }),
});

export type Manifest = v.InferOutput<typeof manifest>;
export type Expected = Manifest['expected'];

/** @throws an error that names the field which no golden host has */
export function parseManifest(json: string): Manifest {
  return v.parse(manifest, JSON.parse(json));
}

const LATER = new Date('2100-01-01T00:00:00Z');

/** The host of `manifest`, ready to be looked at. */
export async function goldenHost(wanted: Manifest): Promise<Practised> {
  const made = await practised(wanted.scenario);
  const at = (path: string) => `${made.root}${path}`;
  const write = (path: string, text: string, flag = 'w') => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), encode(text), { flag });
  };
  for (const path of wanted.removed) rmSync(at(path), { recursive: true });
  for (const path of wanted.directories) mkdirSync(at(path), { recursive: true });
  for (const [path, target] of Object.entries(wanted.links)) {
    mkdirSync(dirname(at(path)), { recursive: true });
    rmSync(at(path), { force: true });
    symlinkSync(target, at(path));
  }
  for (const [path, text] of Object.entries(wanted.files)) write(path, textOf(text));
  for (const [path, text] of Object.entries(wanted.texts)) write(path, text);
  for (const [path, mode] of Object.entries(wanted.modes))
    chmodSync(at(path), Number.parseInt(mode, 8));
  if (wanted.boots) await type(made.host, '/usr/bin/systemctl reboot');
  for (const [path, text] of Object.entries(wanted.appended)) {
    write(path, textOf(text), 'a');
    // Processes know the time of their start to a hundredth of a second: this comes after it.
    utimesSync(at(path), LATER, LATER);
  }
  for (const [path, text] of Object.entries(wanted.rewritten)) write(path, textOf(text));
  for (const command of wanted.commands) await type(made.host, command);
  return { ...made, host: answering(made.host, wanted) };
}

function textOf(text: readonly string[]): string {
  return text.map((line) => `${line}\n`).join('');
}

/** `host`, some of whose programs give the answers of the manifest. */
function answering(host: Host, { answers, fragmentPath }: Manifest): Host {
  return {
    ...host,
    ask: async (query) => {
      const [program, ...args] = query.argv;
      const told = answers[[nameOf(program), ...args].join(' ')];
      if (told)
        return {
          status: told.status,
          stdout: encode(textOf(told.stdout)),
          stderr: encode(textOf(told.stderr)),
        };
      const exit = await host.ask(query);
      if (fragmentPath === undefined || nameOf(program) !== 'systemctl') return exit;
      const text = decode(exit.stdout);
      return {
        ...exit,
        stdout: encode(
          text.replace(/^FragmentPath=.*docker\.socket$/m, `FragmentPath=${fragmentPath}`),
        ),
      };
    },
  };
}

/** What a command said, and how it ended. */
export interface Ended {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON document of stdout, or undefined if it is none. */
  readonly report: unknown;
}

const PLAIN: Style = { width: 100, colour: false, unicode: true };

/**
 * Runs one command of dockaudit upon `host`, as main.ts does, with nobody to ask.
 * @param given what tells it of signals: only its tasks that end in their own way, or all of the run
 */
export async function dockaudit(
  host: Host,
  args: readonly string[],
  given: AbortSignal | Signals = new AbortController().signal,
): Promise<Ended> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    interactive: false,
    style: PLAIN,
    say: (text) => void out.push(text),
    note: (text) => void err.push(text),
    complain: (text) => void err.push(text),
    isLost: async () => false,
    page: async (text) => void out.push(text),
    confirm: async () => false,
    confirmWhile: async () => undefined,
    choose: async () => [],
    pick: async () => undefined,
    progress: (task) => task(() => undefined),
  };
  const { words, options } = parseCommandLine(args);
  const [name = 'fix', ...rest] = words;
  const book = benchmark(options.benchmark);
  const tool = { name: 'dockaudit', version: '0.0.0' } as const;
  const context: Context = {
    host,
    here: host,
    live: true,
    root: absolutePath('/'),
    store: {
      host,
      directory: absolutePath('/var/lib/dockaudit'),
      lock: absolutePath('/run/dockaudit.lock'),
    },
    self: ['dockaudit'],
    program: [absolutePath('/usr/bin/dockaudit')],
    input: async () => new Uint8Array(),
    terminal,
    benchmark: book,
    sections: chooseSections(book, options),
    options,
    words: rest,
    run: { tool, startedAt: '2026-01-20T08:00:00.000Z', argv: args },
    ...(given instanceof AbortSignal
      ? { shielded: (task) => task(given), did: () => undefined }
      : given),
    real: false,
  };
  const command = await commandNamed(name);
  const running =
    given instanceof AbortSignal ? command(context) : Promise.race([command(context), given.ended]);
  const exit = await running.catch((cause: unknown) => {
    const error = given instanceof AbortSignal ? cause : given.told(cause);
    if (!(error instanceof Failure)) throw error;
    out.push(failureJson(tool, error));
    return error.exitCode;
  });
  const stdout = out.join('\n');
  return { exit, stdout, stderr: err.join('\n'), report: parsed(stdout) };
}

async function commandNamed(name: string): Promise<(context: Context) => Promise<number>> {
  switch (name) {
    case 'check':
      return (await import('../../src/commands/check.ts')).check;
    case 'plan':
      return (await import('../../src/commands/plan.ts')).plan;
    case 'evidence':
      return (await import('../../src/commands/evidence.ts')).evidence;
    case 'prove':
      return (await import('../../src/commands/prove.ts')).prove;
    case 'rollback':
      return (await import('../../src/commands/rollback.ts')).rollback;
    case 'confirm':
      return (await import('../../src/commands/confirm.ts')).confirm;
    case 'expire':
      return (await import('../../src/commands/expire.ts')).expire;
    case 'remove':
      return (await import('../../src/commands/remove.ts')).remove;
    case 'recover':
      return (await import('../../src/commands/recover.ts')).recover;
    case 'after-boot':
      return (await import('../../src/commands/after-boot.ts')).afterBoot;
    case 'doctor':
      return (await import('../../src/commands/doctor.ts')).doctor;
    case 'history':
      return (await import('../../src/commands/history.ts')).history;
    case 'events':
      return (await import('../../src/commands/events.ts')).events;
    default:
      return (await import('../../src/commands/fix.ts')).fix;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const standing = v.object({ kind: v.string() });

/** What the tests read of a report. */
const report = v.object({
  exitCode: v.number(),
  findings: v.array(
    v.object({
      control: v.string(),
      verdict: v.string(),
      reason: v.string(),
      mend: v.optional(v.string(), ''),
      advice: lines,
      running: standing,
      persistent: standing,
      procedure: v.nullable(v.string()),
      procedureDissent: v.optional(v.string(), ''),
    }),
  ),
  plan: v.optional(
    v.object({
      edits: v.array(v.object({ path: v.string(), diff: v.string(), satisfies: lines })),
      preview: v.array(v.object({ kind: v.string(), after: v.optional(lines) })),
      commands: v.array(lines),
      activation: v.object({ kind: v.string(), reason: v.string() }),
      daemon: v.object({ kind: v.string(), reason: v.string() }),
      promises: v.array(
        v.object({
          control: v.string(),
          verdict: v.string(),
          procedure: v.optional(v.string()),
        }),
      ),
      leftOut: v.array(v.object({ control: v.string(), reason: v.string(), mend: v.string() })),
      blockers: v.array(
        v.object({
          path: v.optional(v.string(), ''),
          line: v.optional(v.number(), 0),
          reason: v.string(),
          mend: v.string(),
        }),
      ),
      witnesses: v.array(v.object({ kind: v.string(), who: v.string(), what: v.string() })),
      notes: lines,
    }),
  ),
});

export type ReadReport = v.InferOutput<typeof report>;

/** @throws an error with what was said instead, if it is no report */
export function readReport(ended: Ended): ReadReport {
  if (!v.is(report, ended.report))
    throw new Error(`no report (exit ${ended.exit}): ${ended.stdout}\n${ended.stderr}`);
  return v.parse(report, ended.report);
}

const failureReport = v.object({
  error: v.object({ class: v.string(), message: v.string(), advice: v.string() }),
  exitCode: v.number(),
});

/** The failure of a run that ended in one. */
export function readFailure(ended: Ended): v.InferOutput<typeof failureReport>['error'] {
  return v.parse(failureReport, ended.report).error;
}
