/** What every Host promises (src/host/host.ts), held against every one of them. */

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { absolutePath } from '../../src/paths.ts';
import { encode } from '../../src/text.ts';
import { fixtures, type Playground } from './support/fixtures.ts';
import { contractOfLocks } from './support/locking.ts';
import { contractOfDirectories, contractOfRemoving } from './support/placing.ts';
import { contractOfReading } from './support/reading.ts';
import { contractOfReplacing } from './support/replacing.ts';

describe.each(fixtures)('a $name host', ({ make }) => {
  let ground: Playground;
  beforeEach(async () => {
    ground = await make();
  });
  afterEach(() => ground[Symbol.dispose]());

  contractOfReading(() => ground);
  contractOfReplacing(() => ground);
  contractOfRemoving(() => ground);
  contractOfDirectories(() => ground);
  contractOfLocks(() => ground);

  test('answers for a program that is not there', async () => {
    const argv = [absolutePath('/nonexistent/program')] as const;
    const missing = { status: 127, trouble: 'missing', stdout: encode(''), stderr: encode('') };
    const { host } = ground;
    expect(await host.ask({ kind: 'query', argv, timeoutMs: 1000 })).toEqual(missing);
    expect(await host.run({ kind: 'command', argv, timeoutMs: 1000 })).toEqual(missing);
  });

  test('has a clock', async () => {
    const before = ground.host.clock.now();
    await ground.host.clock.pause(1);
    expect(ground.host.clock.now().getTime()).toBeGreaterThanOrEqual(before.getTime());
  });
});
