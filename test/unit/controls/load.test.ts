import { describe, expect, it } from 'vitest';
import { benchmark, selectSections } from '../../../src/controls/load.ts';
import { UsageFailure } from '../../../src/errors.ts';

const book = benchmark('cis-docker-1.2.0');
const numbers = (...wanted: string[]): string[] =>
  selectSections(book, wanted).map((section) => section.number);

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
  it('takes all sections when none is named', () => {
    expect(numbers()).toEqual(['1.2.3', '1.2.7']);
  });

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
    ['1.1.9', "CIS Docker 1.2.0 numbers it 1.2.7: 'dockaudit explain 1.2.7' shows it"],
    ['kubelet', 'known controls: 1.2.3 (docker-daemon), 1.2.7 (docker-socket)'],
    ['', 'known controls: 1.2.3 (docker-daemon), 1.2.7 (docker-socket)'],
  ])('does not know %j, and helps', (wanted, advice) => {
    const failure = refusal(() => selectSections(book, ['1.2.3', wanted]));
    expect(failure.message).toBe(`unknown control '${wanted}'`);
    expect(failure.advice).toBe(advice);
    expect(failure.exitCode).toBe(64);
  });

  it('shows no control character of what was typed', () => {
    const failure = refusal(() => selectSections(book, ['\u001b[2J']));
    expect(failure.message).toBe("unknown control '\\x1b[2J'");
  });
});

describe('benchmark', () => {
  it.each([
    ['cis-docker-1.2.1', 'did you mean cis-docker-1.2.0?'],
    ['toString', 'known benchmarks: cis-docker-1.2.0'],
  ])('does not know %s, and helps', (id, advice) => {
    const failure = refusal(() => benchmark(id));
    expect(failure.message).toBe(`unknown benchmark '${id}'`);
    expect(failure.advice).toBe(advice);
  });
});
