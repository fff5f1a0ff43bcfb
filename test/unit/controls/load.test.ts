import { describe, expect, it } from 'vitest';
import {
  benchmark,
  chooseSections,
  selectSections,
  type Choice,
} from '../../../src/controls/load.ts';
import { UsageFailure } from '../../../src/errors.ts';

const book = benchmark('cis-docker-1.2.0');
const newest = benchmark('cis-docker-1.8.0');
const numbers = (...wanted: string[]): string[] =>
  selectSections(book, wanted).map((section) => section.number);
const NOTHING: Choice = { control: [], all: false, level: undefined };

function refusal(ask: () => unknown): UsageFailure {
  try {
    ask();
  } catch (error) {
    if (error instanceof UsageFailure) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('selectSections', () => {
  it('takes numbers and slugs, each section once, in the order of the book', () => {
    expect(numbers('1.2.7')).toEqual(['1.2.7']);
    expect(numbers('docker-daemon')).toEqual(['1.2.3']);
    expect(numbers('docker-socket', '1.2.3', '1.2.7')).toEqual(['1.2.3', '1.2.7']);
  });

  it.each([
    ['1.2.33', "did you mean 1.2.3? 'dockaudit explain 1.2.3' shows it"],
    ['1.27', "did you mean 1.2.7? 'dockaudit explain 1.2.7' shows it"],
    ['docker.socket', "did you mean docker-socket? 'dockaudit explain docker-socket' shows it"],
    ['Docker-Deamon', "did you mean docker-daemon? 'dockaudit explain docker-daemon' shows it"],
    [
      '1.1.9',
      '1.1.9 is docker-socket in CIS Docker 1.3.1 and 5 more benchmarks; ' +
        "CIS Docker 1.2.0 numbers it 1.2.7: 'dockaudit explain 1.2.7' shows it",
    ],
    [
      '1.1.4',
      'CIS Docker 1.2.0 has no run-containerd; it is 1.1.4 in CIS Docker 1.3.1 and 5 more ' +
        'benchmarks: add --benchmark cis-docker-1.3.1',
    ],
    [
      'containerd-shim',
      'CIS Docker 1.2.0 has no containerd-shim; it is 1.1.15 in CIS Docker 1.3.1 and 5 more ' +
        'benchmarks: add --benchmark cis-docker-1.3.1',
    ],
  ])('does not know %j, and helps', (wanted, advice) => {
    const failure = refusal(() => selectSections(book, ['1.2.3', wanted]));
    expect(failure.message).toBe(`unknown control '${wanted}'`);
    expect(failure.advice).toBe(advice);
    expect(failure.exitCode).toBe(64);
  });

  it.each(['kubelet', ''])('lists what is known where nothing is near %j', (wanted) => {
    const { advice } = refusal(() => selectSections(book, [wanted]));
    expect(advice).toMatch(/^known controls: 1\.2\.3 \(docker-daemon\), .*1\.2\.12 \(runc\)$/);
  });

  it('shows no control character of what was typed', () => {
    const failure = refusal(() => selectSections(book, ['\u001b[2J']));
    expect(failure.message).toBe("unknown control '\\x1b[2J'");
  });
});

function chosen(choice: Partial<Choice>, from = book): string[] {
  return chooseSections(from, { ...NOTHING, ...choice }).map(({ number }) => number);
}

describe('chooseSections', () => {
  it('takes the daemon and its socket unit if nothing is asked, whatever their numbers', () => {
    expect(chosen({})).toEqual(['1.2.3', '1.2.7']);
    expect(chosen({}, newest)).toEqual(['1.1.3', '1.1.9']);
  });

  it('takes all of a benchmark that has neither', () => {
    const own = { ...book, sections: book.sections.slice(7, 9) };
    expect(chosen({}, own)).toEqual(own.sections.map(({ number }) => number));
  });

  it('takes each audit control with --all', () => {
    expect(chosen({ all: true })).toHaveLength(10);
    expect(chosen({ all: true }, newest)).toHaveLength(16);
  });

  it('takes those of a level, of which 2 contains 1', () => {
    const first = chosen({ level: 1 }, newest);
    expect(first).toEqual(['1.1.3', '1.1.4', '1.1.5', '1.1.6']);
    expect(chosen({ level: 2 }, newest)).toHaveLength(16);
    expect(chosen({ level: 1 })).not.toContain('1.2.4');
    expect(chosen({ level: 2, all: true })).toHaveLength(10);
    expect(chosen({ level: 1, control: ['1.2.3'] })).toEqual(['1.2.3']);
  });

  it.each([
    [{ all: true, control: ['1.2.3'] }, '--all and --control exclude each other'],
    [{ all: true, level: 1 as const }, '--all and --level 1 exclude each other'],
    [
      { level: 1 as const, control: ['docker-data-root'] },
      '--level 1 leaves out 1.2.4, which --control names',
    ],
  ])('refuses %j', (choice, message) => {
    const failure = refusal(() => chooseSections(book, { ...NOTHING, ...choice }));
    expect(failure.message).toBe(message);
    expect(failure.exitCode).toBe(64);
  });
});

describe('benchmark', () => {
  it.each([
    ['cis-docker-1.2.1', 'did you mean cis-docker-1.2.0?'],
    [
      'toString',
      'known benchmarks: cis-docker-1.2.0, cis-docker-1.3.1, cis-docker-1.4.0, ' +
        'cis-docker-1.5.0, cis-docker-1.6.0, cis-docker-1.7.0, cis-docker-1.8.0',
    ],
    ['1.6.0', 'did you mean cis-docker-1.6.0?'],
  ])('does not know %s, and helps', (id, advice) => {
    const failure = refusal(() => benchmark(id));
    expect(failure.message).toBe(`unknown benchmark '${id}'`);
    expect(failure.advice).toBe(advice);
  });

  it('knows what other versions call each control', () => {
    const daemon = benchmark('cis-docker-1.3.1').sections.find(({ number }) => number === '1.1.3');
    expect(daemon?.otherNumbers.map(({ number, era }) => `${number} ${era}`)).toEqual([
      '1.2.3 earlier',
      ...Array.from({ length: 5 }, () => '1.1.3 later'),
    ]);
  });
});
