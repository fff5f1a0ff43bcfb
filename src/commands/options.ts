/** The command line: every option is one row here, and help, parsing and suggestions come from it. */

import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { UsageFailure } from '../errors.ts';
import { nearest } from '../nearest.ts';

/** One option, the same word for every command that takes it. */
export interface OptionRow {
  readonly name: string;
  readonly type: 'boolean' | 'string';
  readonly multiple?: true;
  readonly short?: string;
  /** How help names the value. */
  readonly value?: string;
  readonly oneOf?: readonly string[];
  readonly help: string;
}

export const OPTIONS: readonly OptionRow[] = [
  { name: 'yes', short: 'y', type: 'boolean', help: 'answer every question with yes' },
  { name: 'dry-run', short: 'n', type: 'boolean', help: 'stop after the diffs; change nothing' },
  { name: 'control', type: 'string', multiple: true, value: 'ID', help: 'judge this control only, such as 1.2.3 (repeatable)' },
  { name: 'format', type: 'string', value: 'text|json', oneOf: ['text', 'json'], help: 'how the report is written; json never asks' },
  { name: 'output', short: 'o', type: 'string', value: 'FILE', help: 'write the report to FILE instead of stdout' },
  { name: 'root', type: 'string', value: 'DIR', help: 'an image or chroot: its files only, no kernel' },
  { name: 'state', type: 'string', value: 'DIR', help: 'where changes are kept (default /var/lib/dockaudit)' },
  { name: 'no-restart', type: 'boolean', help: 'never restart auditd' },
  { name: 'restart', type: 'boolean', help: 'restart auditd even where it would hurt' },
  { name: 'reload', type: 'boolean', help: 'reload all rules even where that changes more than ours' },
  { name: 'key', type: 'string', value: 'NAME', help: 'key of our rules (default docker)' },
  { name: 'file', type: 'string', value: 'NAME', help: 'name of our rules file (default zz-docker.rules)' },
  { name: 'style', type: 'string', value: 'watch|syscall', oneOf: ['watch', 'syscall'], help: 'spelling of our rules (default watch, which every scanner reads)' },
  { name: 'include-absent', type: 'boolean', help: 'watch a place before it exists, for golden images' },
  { name: 'strict', type: 'boolean', help: 'demand every permission that the benchmark recommends' },
  { name: 'fail-on', type: 'string', value: 'VERDICT', oneOf: ['fail', 'partial', 'notApplicable'], help: 'mildest verdict that exits 2 (default partial)' },
  { name: 'exit-zero', type: 'boolean', help: 'verdicts do not touch the exit status' },
  { name: 'install-auditd', type: 'boolean', help: 'with --yes: install auditd where it is missing' },
  { name: 'plan', type: 'string', value: 'FILE', help: 'fix: apply what plan --format json --output FILE wrote' },
  { name: 'color', type: 'string', value: 'auto|always|never', oneOf: ['auto', 'always', 'never'], help: 'never is plain lines, also for screen readers' },
  { name: 'quiet', short: 'q', type: 'boolean', help: 'no progress, no hints' },
  { name: 'verbose', short: 'v', type: 'boolean', help: 'each file read and each command run, with its time' },
  { name: 'no-input', type: 'boolean', help: 'never ask' },
  { name: 'scenario', type: 'string', value: 'NAME', help: 'demo: which practice host' },
  { name: 'dir', type: 'string', value: 'DIR', help: 'demo: keep the practice host in DIR' },
  { name: 'list', type: 'boolean', help: 'demo: name the scenarios' },
  { name: 'version', type: 'boolean', help: 'print the version' },
  { name: 'help', short: 'h', type: 'boolean', help: 'print this help' },
];

/** Options with a kind that is read from `OPTIONS`. */
export interface Options {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly control: readonly string[];
  readonly format: 'text' | 'json';
  readonly output: string | undefined;
  readonly root: string | undefined;
  readonly state: string | undefined;
  readonly restart: 'auto' | 'always' | 'never';
  readonly reload: boolean;
  readonly key: string;
  readonly file: string | undefined;
  readonly style: 'watch' | 'syscall';
  readonly includeAbsent: boolean;
  readonly strict: boolean;
  readonly failOn: 'fail' | 'partial' | 'notApplicable' | undefined;
  readonly exitZero: boolean;
  readonly installAuditd: boolean;
  readonly plan: string | undefined;
  readonly color: 'auto' | 'always' | 'never';
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly noInput: boolean;
  readonly scenario: string | undefined;
  readonly dir: string | undefined;
  readonly list: boolean;
  readonly version: boolean;
  readonly help: boolean;
}

export interface CommandLine {
  readonly words: readonly string[];
  readonly options: Options;
}

type Values = ReadonlyMap<string, readonly (string | true)[]>;

/** @throws UsageFailure which names the nearest right option */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: config(),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values = new Map<string, (string | true)[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const row = OPTIONS.find(({ name }) => name === token.name);
    if (!row) throw unknownOption(token.rawName);
    values.set(row.name, [...(values.get(row.name) ?? []), valueOf(row, token.value)]);
  }
  return { words: positionals, options: optionsFrom(values) };
}

function config(): ParseArgsOptionsConfig {
  return Object.fromEntries(
    OPTIONS.map(({ name, type, short, multiple }) => [
      name,
      { type, multiple: multiple ?? false, ...(short === undefined ? {} : { short }) },
    ]),
  );
}

function unknownOption(raw: string): UsageFailure {
  const like = nearest(raw.replace(/^-+/, ''), OPTIONS.map(({ name }) => name));
  return new UsageFailure(
    `unknown option '${raw}'`,
    like === undefined ? "'dockaudit --help' lists them all" : `did you mean --${like}?`,
  );
}

function valueOf(row: OptionRow, value: string | undefined): string | true {
  if (row.type === 'boolean') {
    if (value === undefined) return true;
    throw new UsageFailure(`--${row.name} takes no value`, `write --${row.name} alone`);
  }
  // `--root --yes`: the next option was taken for the value.
  if (value === undefined || value === '' || value.startsWith('--'))
    throw new UsageFailure(`--${row.name} needs a value`, `write --${row.name} ${row.value ?? 'VALUE'}`);
  if (row.oneOf && !row.oneOf.includes(value)) {
    const like = nearest(value, row.oneOf);
    throw new UsageFailure(
      `--${row.name} cannot be '${value}'`,
      like === undefined ? `it is one of ${row.oneOf.join(', ')}` : `did you mean ${like}?`,
    );
  }
  return value;
}

function optionsFrom(values: Values): Options {
  const has = (name: string): boolean => values.has(name);
  const text = (name: string): string | undefined => {
    const value = values.get(name)?.at(-1);
    return value === true ? undefined : value;
  };
  const choice = <T extends string>(name: string, allowed: readonly T[]): T | undefined =>
    allowed.find((one) => one === text(name));
  if (has('restart') && has('no-restart'))
    throw new UsageFailure('--restart and --no-restart exclude each other', 'give one of them');
  return {
    yes: has('yes'),
    dryRun: has('dry-run'),
    control: (values.get('control') ?? []).flatMap((value) => (value === true ? [] : value.split(','))),
    format: choice('format', ['text', 'json']) ?? 'text',
    output: text('output'),
    root: text('root'),
    state: text('state'),
    restart: has('restart') ? 'always' : has('no-restart') ? 'never' : 'auto',
    reload: has('reload'),
    key: checked('key', text('key') ?? 'docker', /^[\w.:@%+-]{1,128}$/, 'letters, digits and . _ : @ % + -'),
    file: has('file')
      ? checked('file', text('file') ?? '', /^[\w][\w.+-]{0,200}\.rules$/, "a file name that ends in '.rules'")
      : undefined,
    style: choice('style', ['watch', 'syscall']) ?? 'watch',
    includeAbsent: has('include-absent'),
    strict: has('strict'),
    failOn: choice('fail-on', ['fail', 'partial', 'notApplicable']),
    exitZero: has('exit-zero'),
    installAuditd: has('install-auditd'),
    plan: text('plan'),
    color: choice('color', ['auto', 'always', 'never']) ?? 'auto',
    quiet: has('quiet'),
    verbose: has('verbose'),
    noInput: has('no-input'),
    scenario: text('scenario'),
    dir: text('dir'),
    list: has('list'),
    version: has('version'),
    help: has('help'),
  };
}

function checked(name: string, value: string, allowed: RegExp, wanted: string): string {
  if (allowed.test(value)) return value;
  throw new UsageFailure(`--${name} cannot be '${value}'`, `it takes ${wanted}`);
}
