/**
 * The judge against real events: small random tables are loaded into the live kernel, one access of
 * each kind is done by each interface, and what auditd wrote down must be what `covers` says.
 */

import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { covers } from '../../src/audit/covers.ts';
import { indexRules } from '../../src/audit/rule-index.ts';
import type { Coverage } from '../../src/audit/coverage.ts';
import { absolutePath } from '../../src/paths.ts';
import {
  ACCESSES,
  doAccesses,
  isRecorded,
  LogTail,
  prepareAccesses,
  type Access,
} from '../support/accesses.ts';
import { eventTable, WATCHED } from '../support/event-tables.ts';
import { AUDIT, auditctl, begin, liveKernel, load } from '../support/kernel.ts';
import { foretold } from '../support/oracle.ts';
import { EXTENT, SEED } from '../support/extent.ts';
import { SCENE } from '../support/rule-fields.ts';
import { makeScene } from '../support/scene.ts';

liveKernel();

let scene = '';
let watched = '';
let programs = '';
let log: LogTail;

beforeAll(async () => {
  scene = makeScene('/srv');
  programs = makeScene('/srv');
  watched = WATCHED.replace(SCENE, scene);
  writeFileSync(join(scene, 'dir/inner/other'), '');
  symlinkSync('program', join(scene, 'dir/inner/link'));
  mkdirSync(join(scene, 'dir/innerlink'));
  prepareAccesses(watched, programs);
  // One log that is not rotated away meanwhile.
  const settings = readFileSync(`${AUDIT}/auditd.conf`, 'utf8');
  writeFileSync(
    `${AUDIT}/auditd.conf`,
    settings.replace(/^(max_log_file_action =).*/m, '$1 IGNORE'),
  );
  await begin({ daemon: 'running' });
  await auditctl('-e', '1');
  log = new LogTail('/var/log/audit/audit.log');
});

afterAll(() => {
  for (const directory of [scene, programs]) rmSync(directory, { recursive: true, force: true });
});

test(`the judge says what the log holds, for ${EXTENT.events} tables (seed ${SEED})`, async () => {
  const tables = fc.sample(eventTable, { numRuns: EXTENT.events, seed: SEED });
  const wrong: object[] = [];
  let decided = 0;
  for (const [index, table] of tables.entries()) {
    const text = table.replaceAll(SCENE, scene);
    await load(`-D\n${text}`);
    const pids = doAccesses(watched, programs);
    await auditctl('-D');
    await auditctl('-m', `end of table ${index}`);
    const records = await log.until(`end of table ${index}`);
    const said = await judged(text);
    const answers = ACCESSES.map((access, at) => ({
      ...access,
      judge: said(access),
      log: isRecorded(records, access, pids[at] ?? -1),
    }));
    if (answers.some(({ judge }) => judge !== undefined)) decided++;
    const differing = answers.filter(
      ({ judge, log: held }) => judge !== undefined && judge !== held,
    );
    if (differing.length > 0) wrong.push({ table, differing });
  }
  expect(wrong).toEqual([]);
  expect(decided).toBeGreaterThan(tables.length * 0.75);
}, 600_000);

/** Whether one access would be recorded; undefined where the judge only says that some would. */
async function judged(text: string): Promise<(access: Access) => boolean | undefined> {
  const place = absolutePath(watched);
  const { statements, world } = await foretold(text, [place]);
  return (access) => {
    const requirement = { place, permissions: [access.permission] };
    return answerOf(covers(requirement, indexRules(statements, world)), access);
  };
}

function answerOf(coverage: Coverage, access: Access): boolean | undefined {
  if (coverage.kind !== 'partial') return coverage.kind === 'covered';
  const kinds = new Set(coverage.lacks.map(({ kind }) => kind));
  // It is recorded now, and will not be once the file is replaced.
  kinds.delete('fragile');
  // One permission was asked for: if it lacks, nothing of it is recorded.
  if (kinds.has('permission') && kinds.size === 1) return false;
  kinds.delete('architecture');
  if (kinds.size > 0) return undefined;
  return coverage.lacks.every(
    (lack) => lack.kind !== 'architecture' || lack.architecture !== access.architecture,
  );
}
