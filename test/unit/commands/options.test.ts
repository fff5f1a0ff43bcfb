/** The command line: what it means, and the nearest right word where it is wrong. */

import { describe, expect, it } from 'vitest';
import { OPTIONS } from '../../../src/commands/option-rows.ts';
import { parseCommandLine } from '../../../src/commands/options.ts';
import { UsageFailure } from '../../../src/errors.ts';

function refusal(line: string): string {
  try {
    parseCommandLine(line === '' ? [] : line.split(' '));
  } catch (error) {
    if (error instanceof UsageFailure) return `${error.message}: ${error.advice}`;
    throw error;
  }
  return 'none';
}

describe('a wrong command line', () => {
  it.each<[line: string, said: string]>([
    ['--yess', 'did you mean --yes?'],
    ['--dryrun', 'did you mean --dry-run?'],
    ['--dry_run', 'did you mean --dry-run?'],
    ['--contorl 1.2.3', 'did you mean --control?'],
    ['--fromat json', 'did you mean --format?'],
    ['--YES', 'did you mean --yes?'],
    ['--no-restrat', 'did you mean --no-restart?'],
    ['--xyzzy', '--help'],
    ['-x', "unknown option '-x'"],
    ['--format jsn', 'did you mean json?'],
    ['--format xml', 'text, json'],
    ['--style sysclal', 'did you mean syscall?'],
    ['--color alwasy', 'did you mean always?'],
    ['--fail-on parital', 'did you mean partial?'],
    ['--root', '--root needs a value'],
    ['--root --yes', '--root needs a value'],
    ['--root=', '--root needs a value'],
    ['--yes=no', '--yes takes no value'],
    ['--restart --no-restart', 'exclude each other'],
    ['--prove --no-prove', 'exclude each other'],
    ['--key=bad\tkey', '--key cannot be'],
    ['--file ../evil.rules', '--file cannot be'],
    ['--file docker.conf', ".rules'"],
    ['--file .hidden.rules', '--file cannot be'],
    ['--file a/b.rules', '--file cannot be'],
    ...['9s', '25h', '1441m', '120', '1.5m', '1m30s', '-5m', '2d', '0h', 's'].map(
      (time): [string, string] => [`--confirm-within=${time}`, 'a time from 10s to 24h'],
    ),
  ])('%s', (line, said) => {
    expect(refusal(line)).toContain(said);
  });
});

describe('a right command line', () => {
  it('means this by default', () => {
    const { words, options } = parseCommandLine([]);
    expect(words).toEqual([]);
    expect(options).toMatchObject({
      yes: false,
      dryRun: false,
      control: [],
      format: 'text',
      restart: 'auto',
      reload: false,
      key: 'docker',
      style: 'watch',
      color: 'auto',
    });
  });

  it.each<[line: string, options: object]>([
    ['--yes', { yes: true }],
    ['-y', { yes: true }],
    ['-n', { dryRun: true }],
    ['-yn', { yes: true, dryRun: true }],
    ['--control 1.2.3 --control 1.2.7', { control: ['1.2.3', '1.2.7'] }],
    ['--control 1.2.3,1.2.7', { control: ['1.2.3', '1.2.7'] }],
    ['--format=json', { format: 'json' }],
    ['--format json --format text', { format: 'text' }],
    ['--restart', { restart: 'always' }],
    ['--no-restart', { restart: 'never' }],
    ['--key containers', { key: 'containers' }],
    ['--file 90-docker.rules', { file: '90-docker.rules' }],
    ['--fail-on notApplicable', { failOn: 'notApplicable' }],
    ['-o report.json', { output: 'report.json' }],
    ['--root /srv/image', { root: '/srv/image' }],
    ['--confirm-within 10s', { confirmWithinMs: 10_000 }],
    ['--confirm-within 2m', { confirmWithinMs: 120_000 }],
    ['--confirm-within 24h', { confirmWithinMs: 86_400_000 }],
  ])('%s', (line, options) => {
    expect(parseCommandLine(line.split(' ')).options).toMatchObject(options);
  });

  it('keeps its words in their order, wherever options stand', () => {
    const { words, options } = parseCommandLine([
      'demo',
      '--yes',
      'rollback',
      '20260101T000000Z-0000',
    ]);
    expect(words).toEqual(['demo', 'rollback', '20260101T000000Z-0000']);
    expect(options.yes).toBe(true);
  });

  it('knows each option by one name', () => {
    const names = OPTIONS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const letters = OPTIONS.flatMap(({ short }) => (short === undefined ? [] : [short]));
    expect(new Set(letters).size).toBe(letters.length);
  });
});
