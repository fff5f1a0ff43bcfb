/** How open a new rules file may be. Source: measured facts §1, write files 0640 root:root. */

import { chmodSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { discover } from '../../../src/discover/discover.ts';
import { practised } from '../../support/hosts.ts';

const OPEN = 0o644;
const CLOSED = 0o600;

async function modeBeside(...modes: readonly number[]): Promise<number> {
  using made = await practised();
  for (const [index, mode] of modes.entries()) {
    const path = `${made.root}/etc/audit/rules.d/${index}-site.rules`;
    writeFileSync(path, '-w /etc/hosts -k site\n');
    chmodSync(path, mode);
  }
  const { shelf } = await discover(made.host, [], { live: true, includeAbsent: false });
  return shelf.mode;
}

describe('a new rules file', () => {
  it.each<[situation: string, modes: readonly number[], expected: number]>([
    ['is open to root and its group', [], 0o640],
    ['is not opened further by an open neighbour', [OPEN], 0o640],
    ['is as closed as the most closed of them', [OPEN, CLOSED], 0o600],
  ])('%s', async (_, modes, expected) => {
    expect((await modeBeside(...modes)).toString(8)).toBe(expected.toString(8));
  });
});
