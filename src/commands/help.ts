/** Help, made from the same rows that parse the command line. */

import { rows, wrap, type Row } from '../report/layout.ts';
import type { Style } from '../terminal/terminal.ts';
import { OPTIONS } from './option-rows.ts';

export interface CommandRow {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
}

export const COMMANDS: readonly CommandRow[] = [
  { name: 'fix', usage: 'dockaudit [fix]', summary: 'find, show, ask, fix, verify' },
  {
    name: 'plan',
    usage: 'dockaudit plan',
    summary: 'the same up to the diffs; nothing is changed',
  },
  { name: 'check', usage: 'dockaudit check', summary: 'the verdicts alone' },
  {
    name: 'doctor',
    usage: 'dockaudit doctor',
    summary:
      'how this host loads, restarts and keeps its rules, and what a reload and a boot would do now',
  },
  {
    name: 'prove',
    usage: 'dockaudit prove',
    summary: 'open each watched file, read nothing, and find that very event in the log',
  },
  {
    name: 'confirm',
    usage: 'dockaudit confirm [ID]',
    summary: 'keep a change made with --confirm-within',
  },
  {
    name: 'rollback',
    usage: 'dockaudit rollback [ID]',
    summary: 'undo a change, the latest if no ID',
  },
  {
    name: 'remove',
    usage: 'dockaudit remove',
    summary: 'take out all that is ours, files and kernel; a change that rollback undoes',
  },
  {
    name: 'recover',
    usage: 'dockaudit recover',
    summary: 'end a change that was cut off: as before it, or with --to after as it was promised',
  },
  {
    name: 'history',
    usage: 'dockaudit history [prune]',
    summary: 'the changes made on this host; prune forgets the oldest of them',
  },
  {
    name: 'events',
    usage: 'dockaudit events',
    summary: 'what the rules caught: who did what to which file, of the last day or --since TIME',
  },
  {
    name: 'explain',
    usage: 'dockaudit explain CONTROL|-- RULE',
    summary:
      'what a control asks and why, and how this host stands; what a rule (- for stdin) means here',
  },
  {
    name: 'lint',
    usage: 'dockaudit lint [FILE …]',
    summary:
      "lines of this host's rule files, or of FILE, that will not load or not mean what they say",
  },
  {
    name: 'evidence',
    usage: 'dockaudit evidence verify DIR',
    summary: 'whether what --evidence wrote is still so, on any machine; each alteration is named',
  },
  {
    name: 'controls',
    usage: 'dockaudit controls',
    summary: 'every control, its number in every benchmark, and what other scanners call it',
  },
  {
    name: 'demo',
    usage: 'dockaudit demo [COMMAND …]',
    summary: 'any of these on the practice host; nothing of yours is touched',
  },
];

const EXAMPLES: readonly (readonly [string, string])[] = [
  ['dockaudit demo', 'walk through a session, as anybody, on any system'],
  ['sudo dockaudit', 'the fix session on this host'],
  ['sudo dockaudit --yes', 'the same, unattended'],
  ['sudo dockaudit --dry-run', 'show the diffs, change nothing'],
];

/** All that the program takes, wrapped to the terminal. */
export function help(style: Style): string {
  return [
    wrap(
      'dockaudit: Linux audit rules for Docker, as the CIS Docker Benchmark asks for them',
      style,
    ),
    table('Examples', EXAMPLES, style),
    table(
      'Commands',
      COMMANDS.map(({ usage, summary }) => [usage, summary]),
      style,
    ),
    table(
      'Options',
      OPTIONS.map((row) => [flagOf(row), row.help]),
      style,
    ),
    wrap(EXITS, style, 'Exit status: ', '  '),
  ].join('\n\n');
}

const EXITS =
  '0 all holds, 1 could not be done, 2 not compliant or changes wait, 3 effective after a reboot or ' +
  'a restart of Docker, 4 rolled back, 5 finish by hand, 64 usage, 75 busy, 77 needs root, 78 not possible on this host';

function flagOf({ name, short, value }: (typeof OPTIONS)[number]): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function table(title: string, entries: readonly Row[], style: Style): string {
  return `${title}:\n${rows(entries, style)}`;
}
