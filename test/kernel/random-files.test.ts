/**
 * The model against the real auditctl: random rules files are loaded into an empty table, and what
 * became of each (exit, lines called wrong, listing, status) must be what `load` says.
 */

import { rmSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encode } from '../../src/text.ts';
import { EXTENT, SEED } from '../support/extent.ts';
import { begin, liveKernel } from '../support/kernel.ts';
import { agree, askAuditctl, askModel, type Fate } from '../support/oracle.ts';
import { ruleFile } from '../support/rule-files.ts';
import { SCENE } from '../support/rule-fields.ts';
import { isSafe } from '../support/rules-guard.ts';
import { makeScene } from '../support/scene.ts';
import { smallest } from '../support/smallest.ts';

liveKernel();

/** So many files at once: a failure is told before all have run. */
const BATCH = 500;

let scene = '';

beforeAll(async () => {
  scene = makeScene('/srv');
  await begin({ daemon: 'stopped' });
});

afterAll(() => rmSync(scene, { recursive: true, force: true }));

test(`${EXTENT.files} random files end as the model says (seed ${SEED})`, async () => {
  const texts = fc
    .sample(ruleFile, { numRuns: EXTENT.files, seed: SEED })
    .map((text) => text.replaceAll(SCENE, scene))
    // A longer path may have moved where auditctl cuts a line.
    .filter((text) => isSafe(encode(text)));
  let withRules = 0;
  for (let at = 0; at < texts.length; at += BATCH) {
    const batch = texts.slice(at, at + BATCH);
    const found = askAuditctl(batch);
    const told = await askModel(batch);
    const odd = batch.find((text, index) => !same(text, found[index], told[index]));
    expect(odd === undefined ? undefined : await shown(odd)).toBeUndefined();
    withRules += found.filter(({ listed }) => listed[0] !== 'No rules').length;
  }
  // What is refused at once proves little.
  expect(texts.length).toBeGreaterThan(EXTENT.files * 0.99);
  expect(withRules).toBeGreaterThan(texts.length * 0.4);
}, 1_800_000);

function same(text: string, found: Fate | undefined, told: Fate | undefined): boolean {
  if (found === undefined || told === undefined) throw new Error(`no answer for ${text}`);
  return agree(found, told);
}

async function ask(text: string): Promise<{ readonly found?: Fate; readonly told?: Fate }> {
  const [found, told] = [askAuditctl([text])[0], (await askModel([text]))[0]];
  return { ...(found && { found }), ...(told && { told }) };
}

/** The smallest file that shows what `text` shows, and what both say of it. */
async function shown(text: string): Promise<object> {
  const file = await smallest(text, async (part) => {
    if (!isSafe(encode(part))) return false;
    const { found, told } = await ask(part);
    return !same(part, found, told);
  });
  return { file: JSON.stringify(file), ...(await ask(file)) };
}
