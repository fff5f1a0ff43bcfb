/**
 * Writes docs/cli.md and docs/controls.md from the rows that make the help and from the templates.
 * `--check` writes nothing and fails if a page is not what it would be; a unit test does the same.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { COMMANDS } from '../src/commands/help.ts';
import { OPTIONS, type OptionRow } from '../src/commands/option-rows.ts';
import type { Section } from '../src/controls/control.ts';
import { benchmark } from '../src/controls/load.ts';
import {
  ChangeFailure,
  ExitStatus,
  HostFailure,
  Interrupted,
  LockedFailure,
  PrivilegeFailure,
  RollbackFailure,
  TemplateFailure,
  UnsupportedFailure,
  UsageFailure,
  type Failure,
} from '../src/errors.ts';
import { SCENARIOS } from '../src/host/practice/scenario.ts';

/** A page and what it says. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

const NOTE = '<!-- Made by bin/docs.ts (npm run docs). Do not edit: edit what it is made from. -->';
const BENCHMARKS = ['cis-docker-1.2.0'] as const;

/** What each exit status means; the number and the class come from the code itself. */
export const EXITS: readonly {
  readonly status: number;
  readonly failures: readonly Failure[];
  readonly meaning: string;
}[] = [
  {
    status: ExitStatus.ok,
    failures: [],
    meaning: 'All that was asked holds. Not applicable counts as holding.',
  },
  {
    status: ExitStatus.failed,
    failures: [
      new HostFailure('', '', ''),
      new ChangeFailure('', '', { changeId: '', rolledBack: false }),
    ],
    meaning: 'It could not be done, and nothing was changed; or the plan is blocked.',
  },
  {
    status: ExitStatus.findings,
    failures: [],
    meaning:
      'Not compliant, or changes wait: `check`, `plan`, a refused question, no terminal and no `--yes`.',
  },
  {
    status: ExitStatus.pending,
    failures: [],
    meaning:
      'Written, and in force after a reboot: the kernel is immutable (`enabled 2`). Or `--unsilence` was followed, and dockerd is silent until it is restarted.',
  },
  {
    status: ExitStatus.rolledBack,
    failures: [new ChangeFailure('', '', { changeId: '', rolledBack: true })],
    meaning: 'Applied, not as promised, rolled back: the host is as before.',
  },
  {
    status: ExitStatus.needsPerson,
    failures: [new RollbackFailure('', '', [])],
    meaning: 'Rolled back only in part: the commands to finish by hand are printed.',
  },
  {
    status: new UsageFailure('', '').exitCode,
    failures: [new UsageFailure('', ''), new TemplateFailure('', '')],
    meaning: 'Asked wrongly; the nearest right word is named.',
  },
  {
    status: ExitStatus.bug,
    failures: [],
    meaning: 'A bug of ours: a stack, and the request to report it.',
  },
  {
    status: new LockedFailure('', '').exitCode,
    failures: [new LockedFailure('', '')],
    meaning: 'Another run holds this host; its process is named.',
  },
  {
    status: new PrivilegeFailure('', '').exitCode,
    failures: [new PrivilegeFailure('', '')],
    meaning: 'Root, or CAP_AUDIT_CONTROL, is needed.',
  },
  {
    status: new UnsupportedFailure('', '').exitCode,
    failures: [new UnsupportedFailure('', '')],
    meaning:
      'Not possible on this host: no kernel audit, a container, auditd missing, `/etc/audit` read-only, or a Node that is too old.',
  },
  ...(['SIGHUP', 'SIGINT', 'SIGTERM'] as const).map((signal) => ({
    status: new Interrupted(signal).exitCode,
    failures: [new Interrupted(signal)],
    meaning: `${signal}; a change in flight was rolled back first.`,
  })),
];

/** The generated pages as they should be. */
export async function pages(): Promise<readonly Page[]> {
  const drafts: readonly Page[] = [
    { path: 'docs/cli.md', text: cliPage() },
    { path: 'docs/controls.md', text: controlsPage() },
  ];
  return Promise.all(
    drafts.map(async ({ path, text }) => ({
      path,
      text: await format(text, { parser: 'markdown' }),
    })),
  );
}

function cliPage(): string {
  return [
    NOTE,
    '# The command line',
    '',
    '`dockaudit --help` prints the same rows. An option is the same word for every command that takes it; a mistyped word names the nearest right one.',
    '',
    '## Commands',
    '',
    ...table(
      ['command', 'what it does'],
      COMMANDS.map(({ usage, summary }) => [code(usage), summary]),
    ),
    '',
    '## Options',
    '',
    ...table(
      ['option', 'what it does'],
      OPTIONS.map((row) => [code(flagsOf(row)), cell(row.help)]),
    ),
    '',
    '## Exit statuses',
    '',
    ...table(
      ['status', 'meaning', 'failure'],
      EXITS.map(({ status, meaning, failures }) => [
        String(status),
        meaning,
        [...new Set(failures.map(({ name }) => code(name)))].join(', '),
      ]),
    ),
    '',
    'The worst wins: a host that could not be read outweighs what was found on it, and what was found outweighs what waits for a reboot. `--fail-on` moves the line between 0 and 2; `--exit-zero` keeps verdicts and waiting changes out of the status, while what could not be done still counts.',
    '',
    'With `--format json` stdout is one JSON document: the report, or for a failure `{schemaVersion, tool, error: {class, message, advice}, exitCode}`. A signal leaves none.',
    '',
    '## The practice host',
    '',
    '`dockaudit demo` walks through the real code on a host that lies in a temporary directory, with a simulated kernel. `--scenario NAME` chooses one, `--dir DIR` keeps it, so that `check`, `history` and `rollback` go on from there:',
    '',
    ...table(
      ['scenario', 'what is there'],
      SCENARIOS.map(({ name, summary }) => [code(name), cell(summary)]),
    ),
  ].join('\n');
}

function flagsOf({ name, short, value }: OptionRow): string {
  const long = `--${name}${value === undefined ? '' : ` ${value}`}`;
  return short === undefined ? long : `-${short}, ${long}`;
}

function controlsPage(): string {
  const books = BENCHMARKS.map((id) => benchmark(id));
  return [
    NOTE,
    '# Controls',
    '',
    'What dockaudit judges, in our own words. The substance of a control lies in [templates/controls](../templates/controls), its number in one version of the book in [templates/benchmarks](../templates/benchmarks). `dockaudit explain CONTROL` adds how a host stands.',
    '',
    ...books.flatMap((book) => [
      `## ${book.title}`,
      '',
      `${book.sections.length} of its ${book.auditRuleControls} audit-rule controls so far.`,
      '',
      ...book.sections.flatMap(controlPart),
    ]),
  ].join('\n');
}

function controlPart({ number, level, laterNumber, control }: Section): readonly string[] {
  const later = laterNumber === undefined ? '' : `; ${laterNumber} in later versions`;
  const { procedure, safeguards } = control;
  return [
    `### ${number} ${control.title}`,
    '',
    `Level ${level}${later}. Slug ${code(control.slug)}.`,
    '',
    control.description,
    '',
    ...table(
      ['', ''],
      [
        ['place', placeOf(control.place)],
        ["the book's path", code(control.literalPath)],
        ['required permissions', code(control.required.join(''))],
        ['recommended permissions', code(control.recommended.join(''))],
      ],
    ),
    '',
    `**Why.** ${control.rationale}`,
    '',
    `**Impact.** ${control.impact}`,
    '',
    `**Default.** ${control.defaultValue}`,
    '',
    `**Procedure.** ${procedure.description}`,
    '',
    '```sh',
    ...(procedure.locate === undefined ? [] : [procedure.locate]),
    procedure.text,
    '```',
    '',
    `**Remediation.** ${control.remediation}`,
    '',
    '**References.**',
    '',
    ...control.references.map((one) => `- ${one.startsWith('https:') ? `<${one}>` : one}`),
    ...safeguards.map(
      (one) => `- CIS Controls ${one.version}, ${one.number}: ${one.title}. ${one.summary}`,
    ),
    '',
  ];
}

function placeOf(place: Section['control']['place']): string {
  return place.kind === 'daemon'
    ? "the Docker daemon's executable, wherever this host runs it from"
    : place.kind === 'unit'
      ? `the unit file of ${code(place.unit)}, as systemd names it on this host`
      : place.kind;
}

function table(head: readonly string[], body: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`);
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  for (const { path, text } of await pages()) {
    const present = await readFile(path, 'utf8').catch(() => '');
    if (present === text) continue;
    if (!check) await writeFile(path, text);
    process.stdout.write(check ? `${path} is out of date: run 'npm run docs'\n` : `${path}\n`);
    if (check) process.exitCode = 1;
  }
}

if (import.meta.main) await main();
