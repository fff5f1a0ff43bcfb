/**
 * The model against the real auditctl of this host: the corpus' rule files, loaded into the live
 * kernel one after the other, as far as the guard lets them through.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { load as foretell, listTable } from '../../src/audit/load.ts';
import { parseRules } from '../../src/audit/parse.ts';
import { readMounts } from '../../src/discover/mounts.ts';
import { passingDeadEnds } from '../../src/discover/overlooking.ts';
import { readWorld } from '../../src/discover/world.ts';
import { linuxHost } from '../../src/host/linux.ts';
import { absolutePath } from '../../src/paths.ts';
import { encode } from '../../src/text.ts';
import { corpusCases } from '../support/corpus.ts';
import { begin, liveKernel, load, settings, table } from '../support/kernel.ts';
import { isSafe } from '../support/rules-guard.ts';

liveKernel();

const MEASURED_AT = '/srv/fixture/fx';
const tree = mkdtempSync(join(tmpdir(), 'fixture-'));
execFileSync(fileURLToPath(new URL('../corpus/make-fixture.sh', import.meta.url)), [tree]);
afterAll(() => rmSync(tree, { recursive: true }));

const texts = corpusCases()
  .filter(({ version }) => version.join('.') === '3.0.9')
  .map(({ name, rules }) => [name, rules.replaceAll(MEASURED_AT, tree)] as const)
  .filter(([, rules]) => isSafe(encode(rules)));

/** As each case begins. */
const RESET = '-D\n-b 8192\n-f 1\n-r 0\n--backlog_wait_time 60000\n-e 1\n';
const STATUS = {
  enabled: 1,
  failure: 1,
  rateLimit: 0,
  backlogLimit: 8192,
  backlogWaitTime: 60_000,
  loginuidImmutable: false,
} as const;

test('there is enough to compare', () => {
  expect(texts.length).toBeGreaterThan(100);
});

test('every rules file of the corpus ends here as the model says', async () => {
  await begin({ daemon: 'stopped' });
  const [found, told]: [object[], object[]] = [[], []];
  for (const [name, rules] of texts) {
    await load(RESET);
    const { status } = await load(encode(rules));
    found.push({ name, exit: status, table: table(), settings: settings() });
    told.push({ name, ...(await foretold(rules)) });
  }
  expect(told).toEqual(found);
});

/** What audit/load.ts says on the world of this machine. */
async function foretold(rules: string): Promise<object> {
  const statements = parseRules(rules, absolutePath('/etc/audit/audit.rules'));
  const host = passingDeadEnds(linuxHost());
  const world = await readWorld(host, {
    statements,
    targets: [],
    mounts: await readMounts(host),
    machine: 'x86_64',
    version: [3, 0, 9],
  });
  const { exit, state } = foretell(statements, world, { table: [], status: STATUS });
  const { enabled, failure, rateLimit, backlogLimit, backlogWaitTime } = state.status;
  return {
    exit,
    table: state.table.length === 0 ? [] : listTable(state, world),
    settings: {
      backlog_limit: String(backlogLimit),
      failure: String(failure),
      rate_limit: String(rateLimit),
      backlog_wait_time: String(backlogWaitTime),
      enabled: String(enabled),
    },
  };
}
