/** The command line as typed values; what is mistyped is told with the nearest right word. */

import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { UsageFailure } from '../errors.ts';
import { evidenceOptions, type EvidenceOptions } from './evidence-options.ts';
import { OPTIONS } from './option-rows.ts';
import { unknownOption, valueOf } from './option-values.ts';
import { sinceOf, type Since } from './since.ts';
import { timeToConfirm } from './time-to-confirm.ts';

/** What was asked, every default filled in. */
export interface Options extends EvidenceOptions {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly control: readonly string[];
  readonly all: boolean;
  readonly level: 1 | 2 | undefined;
  readonly benchmark: string;
  readonly templates: string | undefined;
  readonly format: 'text' | 'json';
  readonly output: string | undefined;
  readonly root: string | undefined;
  readonly state: string | undefined;
  /** `--confirm-within`. */
  readonly confirmWithinMs: number | undefined;
  /** Whether a fix makes an event at each place, and looks for it in the log. */
  readonly prove: 'auto' | 'always' | 'never';
  readonly touch: boolean;
  /** Of `events`: a span, or a moment. */
  readonly since: Since | undefined;
  readonly checkAfterBoot: boolean;
  readonly restart: 'auto' | 'always' | 'never';
  readonly reload: boolean;
  readonly key: string;
  readonly file: string | undefined;
  readonly style: 'watch' | 'syscall';
  readonly includeAbsent: boolean;
  readonly strict: boolean;
  readonly procedure: boolean;
  readonly unsilence: boolean;
  readonly acceptNoise: boolean;
  readonly force: boolean;
  readonly failOn: 'fail' | 'partial' | 'notApplicable' | undefined;
  readonly to: 'before' | 'after' | undefined;
  readonly exitZero: boolean;
  readonly installAuditd: boolean;
  readonly plan: string | undefined;
  /** Of `history prune`. */
  readonly keep: number | undefined;
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

export const DEFAULT_BENCHMARK = 'cis-docker-1.2.0';

type Values = ReadonlyMap<string, readonly (string | true)[]>;

/** @throws UsageFailure which names the nearest right option */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { tokens, positionals } = parseArgs({
    args: args.filter((arg) => !isRuleLine(arg)),
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
  return { words: [...positionals, ...args.filter(isRuleLine)], options: optionsFrom(values) };
}

/** A whole rule as one argument is a word, though it begins as an option does. */
function isRuleLine(arg: string): boolean {
  return /^-[wa] /.test(arg);
}

function config(): ParseArgsOptionsConfig {
  return Object.fromEntries(
    OPTIONS.map(({ name, type, short, multiple }) => [
      name,
      { type, multiple: multiple ?? false, ...(short === undefined ? {} : { short }) },
    ]),
  );
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
  if (has('prove') && has('no-prove'))
    throw new UsageFailure('--prove and --no-prove exclude each other', 'give one of them');
  return {
    yes: has('yes'),
    dryRun: has('dry-run'),
    control: (values.get('control') ?? []).flatMap((value) =>
      value === true ? [] : value.split(','),
    ),
    all: has('all'),
    level: level(text('level')),
    benchmark: text('benchmark') ?? DEFAULT_BENCHMARK,
    templates: text('templates'),
    format: choice('format', ['text', 'json']) ?? 'text',
    output: text('output'),
    ...evidenceOptions(text, has),
    root: text('root'),
    state: text('state'),
    confirmWithinMs: timeToConfirm(text('confirm-within')),
    prove: has('prove') ? 'always' : has('no-prove') ? 'never' : 'auto',
    touch: has('touch'),
    since: sinceOf(text('since')),
    checkAfterBoot: has('check-after-boot'),
    restart: has('restart') ? 'always' : has('no-restart') ? 'never' : 'auto',
    reload: has('reload'),
    key: checked(
      'key',
      text('key') ?? 'docker',
      /^[\w.:@%+-]{1,128}$/,
      'letters, digits and . _ : @ % + -',
    ),
    file: has('file')
      ? checked(
          'file',
          text('file') ?? '',
          /^[\w][\w.+-]{0,200}\.rules$/,
          "a file name that ends in '.rules'",
        )
      : undefined,
    style: choice('style', ['watch', 'syscall']) ?? 'watch',
    includeAbsent: has('include-absent'),
    strict: has('strict'),
    procedure: has('procedure'),
    unsilence: has('unsilence'),
    acceptNoise: has('accept-noise'),
    force: has('force'),
    failOn: choice('fail-on', ['fail', 'partial', 'notApplicable']),
    to: choice('to', ['before', 'after']),
    exitZero: has('exit-zero'),
    installAuditd: has('install-auditd'),
    plan: text('plan'),
    keep: has('keep')
      ? Number(checked('keep', text('keep') ?? '', /^\d{1,4}$/, 'a number of changes, such as 20'))
      : undefined,
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

function level(text: string | undefined): 1 | 2 | undefined {
  return ([1, 2] as const).find((known) => String(known) === text);
}

function checked(name: string, value: string, allowed: RegExp, wanted: string): string {
  if (allowed.test(value)) return value;
  throw new UsageFailure(`--${name} cannot be '${value}'`, `it takes ${wanted}`);
}
