/**
 * Writes docs/cli.md, docs/controls.md and docs/lint.md from the rows that make the help and from the templates.
 * `--check` writes nothing and fails if a page is not what it would be; a unit test does the same.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { COMMANDS } from '../src/commands/help.ts';
import { OPTIONS, type OptionRow } from '../src/commands/option-rows.ts';
import {
  ChangeFailure,
  ExitStatus,
  HostFailure,
  Interrupted,
  LockedFailure,
  PrivilegeFailure,
  RollbackFailure,
  TemplateFailure,
  SIGNALS,
  UnsupportedFailure,
  UsageFailure,
  type Failure,
} from '../src/errors.ts';
import { SCENARIOS } from '../src/host/practice/scenario.ts';
import { lintPage } from './lint-page.ts';
import { controlsPage } from './docs-controls.ts';
import { cell, code, NOTE, table } from './markdown.ts';

/** A page and what it says. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

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
    meaning:
      'It could not be done, and nothing was changed; or the plan is blocked. Or all was done but the evidence that `--evidence` asked for.',
  },
  {
    status: ExitStatus.findings,
    failures: [],
    meaning:
      'Not compliant, or changes wait: `check`, `plan`, a refused question, no terminal and no `--yes`; or a proof found an event not recorded; or `evidence verify` found an alteration.',
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
    meaning:
      'Applied, then rolled back, since it was not as promised or not confirmed in time: the host is as before.',
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
  ...SIGNALS.map((signal) => ({
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
    { path: 'docs/lint.md', text: lintText() },
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
    'The worst wins: a host that could not be read outweighs what was found on it, and what was found outweighs what waits for a reboot or a restart. `--fail-on` moves the line between 0 and 2; `--exit-zero` keeps verdicts and waiting changes out of the status, while what could not be done still counts.',
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

/** How `lint` is used, and each kind of flaw. */
function lintText(): string {
  return [
    NOTE,
    '# Lint',
    '',
    '`auditctl` has no dry run: what is wrong with a rules file shows when it is loaded, and then the rules behind the first faulty line are missing. `dockaudit lint` finds such lines before anything is written, and those that load and do not do what they say.',
    '',
    '```sh',
    "sudo dockaudit lint                    # what this host's loader reads, merged as it merges",
    'dockaudit lint FILE …                  # each file on its own, as auditctl -R loads it here',
    'dockaudit lint --format json -         # standard input; one JSON document',
    '```',
    '',
    'It changes nothing, and needs no root for files that everybody may read (the version of audit is then not known, and taken as 3.0.9). Paths, users, architecture and the version are those of this host, or with `--root DIR` of an image: the same file can be clean on one host and not on the next.',
    '',
    'Each flaw has its file, line and column (characters, as an editor counts), what happens, and the mend. There are three severities: *does not load*, *loads, and does not do what it says*, and *hint*, which never touches the exit status: 0 clean, 2 flaws, 1 a file could not be read, 64 asked wrongly. The document is described by [lint.schema.json](../templates/schema/lint.schema.json). Every plan names the flaws of the lines that its load meets.',
    '',
    'For a single rule, `dockaudit explain -- RULE` says what it watches, misses and is silenced by on this host ([rule.schema.json](../templates/schema/rule.schema.json)).',
    '',
    '## What it finds',
    '',
    'The examples were linted while this page was made, for x86_64, audit 3.0.9, and augenrules with mawk.',
    '',
    ...lintPage(),
  ].join('\n');
}

function flagsOf({ name, short, value }: OptionRow): string {
  const long = `--${name}${value === undefined ? '' : ` ${value}`}`;
  return short === undefined ? long : `-${short}, ${long}`;
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
