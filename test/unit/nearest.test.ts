import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/nearest.ts';

const COMMANDS = ['fix', 'check', 'plan', 'rollback', 'history', 'explain', 'demo'];
const OPTIONS = ['--yes', '--dry-run', '--restart', '--no-restart', '--format'];

describe('nearest', () => {
  it.each([
    ['chekc', 'check'],
    ['chek', 'check'],
    ['checkk', 'check'],
    ['chack', 'check'],
    ['fxi', 'fix'],
    ['rolback', 'rollback'],
    ['histroy', 'history'],
    ['CHECK', 'check'],
    ['fix', 'fix'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, COMMANDS)).toBe(meant);
  });

  it.each([
    ['--yse', '--yes'],
    ['--dryrun', '--dry-run'],
    ['--no-restrat', '--no-restart'],
    ['--restat', '--restart'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, OPTIONS)).toBe(meant);
  });

  it.each(['', 'x', 'plum', 'sing', 'uninstall', 'f'.repeat(1_000_000)])(
    'knows when nothing is near (case %#)',
    (word) => {
      expect(nearest(word, COMMANDS)).toBeUndefined();
    },
  );

  it('prefers the fewest slips, and of two equals the first', () => {
    expect(nearest('1.2.33', ['1.2.7', '1.2.3'])).toBe('1.2.3');
    expect(nearest('1.2.4', ['1.2.3', '1.2.7'])).toBe('1.2.3');
    expect(nearest('docker-deamon', ['docker-socket', 'docker-daemon'])).toBe('docker-daemon');
  });

  it('needs candidates', () => {
    expect(nearest('fix', [])).toBeUndefined();
  });
});
