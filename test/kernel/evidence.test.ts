/** Evidence of a change and of its undo holds what the real auditctl says, and verifies. */

import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { begin, dockaudit, liveKernel, OUR_FILE, OURS, table } from '../support/kernel.ts';

liveKernel();

const FOREIGN = '-w /etc/hostname -p wa -k local';

function textIn(directory: string, path: string): string {
  return readFileSync(join(directory, path), 'utf8');
}

function listing(): string {
  return execFileSync('/usr/sbin/auditctl', ['-l'], { encoding: 'utf8' });
}

test('a fix and its rollback, each with evidence, on a host with a rule of others', async () => {
  const place = mkdtempSync(join(tmpdir(), 'evidence-'));
  onTestFinished(() => rmSync(place, { recursive: true }));
  const [fixed, undone] = [join(place, 'fixed'), join(place, 'undone')];
  await begin({ daemon: 'running', rules: { '50-local.rules': `${FOREIGN}\n` } });
  const before = listing();
  expect(before).toBe(`${FOREIGN}\n`);

  expect(await dockaudit('--yes', '--evidence', fixed)).toMatchObject({ status: 0 });
  expect(table()).toEqual([FOREIGN, ...OURS]);
  expect(textIn(fixed, 'before/table.txt')).toBe(before);
  expect(textIn(fixed, 'after/table.txt')).toBe(listing());
  expect(textIn(fixed, `after/files${OUR_FILE}`)).toBe(readFileSync(OUR_FILE, 'utf8'));
  expect(await dockaudit('evidence', 'verify', fixed)).toMatchObject({ status: 0 });

  const undo = ['rollback', '--yes', '--redact', '--evidence', undone] as const;
  expect(await dockaudit(...undo)).toMatchObject({ status: 0 });
  expect(listing()).toBe(before);
  expect(textIn(undone, 'after/table.txt')).toBe('-w /redacted/path-1 -p wa -k local\n');
  const verify = ['evidence', 'verify', undone, '--previous', fixed] as const;
  expect(await dockaudit(...verify)).toMatchObject({ status: 0 });

  appendFileSync(join(undone, 'report.json'), '\n');
  const altered = await dockaudit(...verify);
  expect(altered.status).toBe(2);
  expect(altered.stdout).toContain('resized  report.json');
});
