/** `--confirm-within`: a change that nobody confirms in time goes back, whoever is killed meanwhile. */

import { describe, expect, it } from 'vitest';
import { HostFailure } from '../../src/errors.ts';
import type { Host } from '../../src/host/host.ts';
import { absolutePath } from '../../src/paths.ts';
import { watched, type Watched } from '../support/confirming.ts';
import { FAULTS, faulty, type Fault } from '../support/faults.ts';
import { dockaudit, readFailure } from '../support/golden.ts';
import { listedOn } from '../support/hosts.ts';

const OURS = [
  '-w /usr/sbin/dockerd -p rwxa -k docker',
  '-w /usr/bin/dockerd -p rwxa -k docker',
  '-w /usr/lib/systemd/system/docker.socket -p rwxa -k docker',
];
const BEFORE = ['No rules'];
const FIX = ['--yes', '--confirm-within', '120s', '--format', 'json'];
const LATE_MS = 121_000;

/** Id of the change that was just made and waits. */
async function fixed(made: Watched): Promise<string> {
  const { exit, stdout } = await dockaudit(made.host, FIX);
  expect(exit, stdout).toBe(0);
  const [change] = await made.changes();
  expect(change).toMatchObject({ state: 'unconfirmed' });
  expect(await listedOn(made.host)).toEqual(OURS);
  return change?.record.id ?? '';
}

async function statesOf(made: Watched): Promise<readonly string[]> {
  const changes = await made.changes();
  return changes.map(({ state, note }) => (note === undefined ? state : `${state}: ${note}`));
}

describe('what is armed', () => {
  it('is a process of ours, before the change is called good', async () => {
    using made = await watched();
    const id = await fixed(made);
    const [change] = await made.changes();
    const { at, watcher } = change?.deadline ?? {};
    expect(watcher).toBe('process');
    expect(made.armed).toEqual([
      { argv: ['/usr/bin/dockaudit', 'expire', id, at], state: 'activated' },
    ]);
    const leftMs = Date.parse(at ?? '') - made.clock.now().getTime();
    expect(leftMs).toBeGreaterThan(100_000);
    expect(leftMs).toBeLessThanOrEqual(120_000);
  });

  it('is a timer of systemd where that runs, tried before it is needed', async () => {
    using made = await watched({ systemd: () => 0 });
    const id = await fixed(made);
    const [change] = await made.changes();
    const endS = Math.ceil(Date.parse(change?.deadline?.at ?? '') / 1000);
    const [rehearsal, timer, ...more] = made.armed;
    expect(more).toEqual([]);
    expect(rehearsal).toEqual({
      state: 'activated',
      argv: [
        '/usr/bin/systemd-run',
        '--quiet',
        '--collect',
        '--wait',
        '--service-type=oneshot',
        '--',
        '/usr/bin/dockaudit',
        'expire',
        id,
        '--dry-run',
      ],
    });
    expect(timer).toEqual({
      state: 'activated',
      argv: [
        '/usr/bin/systemd-run',
        '--quiet',
        '--collect',
        `--unit=dockaudit-confirm-${id}`,
        `--description=dockaudit: undo change ${id} unless it is confirmed`,
        expect.stringMatching(/^--on-active=1[12]\ds$/),
        `--on-calendar=@${endS}`,
        '--timer-property=AccuracySec=1s',
        '--',
        '/usr/bin/dockaudit',
        'expire',
        id,
      ],
    });
  });

  it.each<[name: string, ways: Parameters<typeof watched>[0], why: string]>([
    [
      'a process of ours cannot be started',
      {
        launch: async () => {
          throw new HostFailure('cannot start it: permission denied', 'look', 'EACCES');
        },
      },
      'permission denied',
    ],
    ['systemd cannot run us', { systemd: (argv) => (argv.includes('--wait') ? 203 : 0) }, '203'],
    [
      'systemd takes no timer',
      { systemd: (argv) => (argv.includes('--wait') ? 0 : 1) },
      'status 1',
    ],
  ])('is needed: where %s, the change goes back', async (_, ways, why) => {
    using made = await watched(ways);
    const ended = await dockaudit(made.host, FIX);
    expect(ended.exit).toBe(4);
    expect(readFailureOf(ended.stdout)).toContain(why);
    expect(await statesOf(made)).toEqual([expect.stringMatching(/^rolledBack: /)]);
    expect(await listedOn(made.host)).toEqual(BEFORE);
  });
});

describe('a change that waits', () => {
  it('tells its deadline, in JSON and in history', async () => {
    using made = await watched();
    const ended = await dockaudit(made.host, FIX);
    const [change] = await made.changes();
    const told = { state: 'unconfirmed', deadline: change?.deadline?.at };
    expect(ended.report).toMatchObject({ change: told });
    const history = await dockaudit(made.host, ['history', '--format', 'json']);
    expect(history.report).toMatchObject({ changes: [told] });
  });

  it('is kept by confirm, and nothing is left to undo it', async () => {
    using made = await watched({ systemd: () => 0 });
    const id = await fixed(made);
    expect((await dockaudit(made.host, ['confirm'])).exit).toBe(0);
    expect(made.armed.at(-1)?.argv).toEqual([
      '/usr/bin/systemctl',
      'stop',
      `dockaudit-confirm-${id}.timer`,
    ]);
    made.clock.move(LATE_MS);
    expect((await dockaudit(made.host, ['expire', id])).exit).toBe(0);
    expect(await statesOf(made)).toEqual(['kept: confirmed']);
    expect(await listedOn(made.host)).toEqual(OURS);
    const again = await dockaudit(made.host, ['confirm']);
    expect(again.exit).toBe(1);
    expect(again.stdout).toContain('nothing waits to be confirmed');
  });

  it('goes back when its watcher says so', async () => {
    using made = await watched();
    const id = await fixed(made);
    expect((await dockaudit(made.host, ['expire', id])).exit).toBe(0);
    expect(await statesOf(made)).toEqual(['rolledBack: not confirmed']);
    expect(await listedOn(made.host)).toEqual(BEFORE);
    const late = await dockaudit(made.host, ['confirm', id]);
    expect(late.exit).toBe(1);
    expect(late.stdout).toMatch(/rolled back at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d.*: not confirmed/);
  });

  it('goes back on an immutable kernel, too, whose rules wait for a boot', async () => {
    using made = await watched({ scenario: 'immutable' });
    const before = await listedOn(made.host);
    expect((await dockaudit(made.host, FIX)).exit).toBe(3);
    const [change] = await made.changes();
    expect(change?.state).toBe('unconfirmed');
    const ours = absolutePath('/etc/audit/rules.d/zz-docker.rules');
    expect(await made.host.look(ours)).toBeDefined();
    await dockaudit(made.host, ['expire', change?.record.id ?? '']);
    expect(await statesOf(made)).toEqual(['rolledBack: not confirmed']);
    expect(await made.host.look(ours)).toBeUndefined();
    expect(await listedOn(made.host)).toEqual(before);
  });

  it.each([FIX, ['remove', '--yes', '--format', 'json']])(
    'keeps %j from beginning',
    async (...args) => {
      using made = await watched();
      const id = await fixed(made);
      const ended = await dockaudit(made.host, args);
      expect(ended.exit).toBe(1);
      const { advice } = readFailure(ended);
      expect(advice).toContain(`dockaudit confirm ${id}`);
      expect(advice).toContain(`dockaudit rollback ${id}`);
      expect(await statesOf(made)).toEqual(['unconfirmed']);
    },
  );

  it('is undone by rollback, which disarms, too', async () => {
    using made = await watched({ systemd: () => 0 });
    const id = await fixed(made);
    expect((await dockaudit(made.host, ['rollback', '--yes'])).exit).toBe(0);
    expect(made.armed.at(-1)?.argv.slice(1)).toEqual(['stop', `dockaudit-confirm-${id}.timer`]);
    expect(await listedOn(made.host)).toEqual(BEFORE);
    expect((await dockaudit(made.host, ['expire', id])).exit).toBe(0);
    expect(await statesOf(made)).toEqual(['rolledBack: undone on request']);
  });

  it('is noticed by check and history, which change nothing', async () => {
    using made = await watched();
    const id = await fixed(made);
    for (const [args, said] of [
      [['check'], `change ${id} waits to be confirmed until`],
      [['history'], `change ${id} waits to be confirmed until`],
    ] as const) {
      const { stdout, stderr } = await dockaudit(made.host, args);
      expect(flat(stdout + stderr)).toContain(said);
    }
    made.clock.move(LATE_MS);
    for (const args of [['check'], ['history']]) {
      const { stdout, stderr } = await dockaudit(made.host, args);
      expect(flat(stdout + stderr)).toContain(`change ${id} was not confirmed by`);
    }
    expect(await statesOf(made)).toEqual(['unconfirmed']);
  });
});

describe('where the watcher was killed', () => {
  it('confirm that comes too late undoes the change', async () => {
    using made = await watched();
    await fixed(made);
    made.clock.move(LATE_MS);
    const ended = await dockaudit(made.host, ['confirm']);
    expect(ended.exit).toBe(4);
    expect(ended.stdout).toContain('it was too late to confirm');
    expect(await statesOf(made)).toEqual(['rolledBack: not confirmed']);
    expect(await listedOn(made.host)).toEqual(BEFORE);
  });

  it('the next fix undoes the change first, and then makes its own', async () => {
    using made = await watched();
    await fixed(made);
    made.clock.move(LATE_MS);
    const ended = await dockaudit(made.host, ['--yes', '--format', 'json']);
    expect(ended.exit).toBe(0);
    expect(ended.report).toMatchObject({ change: { state: 'kept' } });
    expect(ended.stderr).toContain('it was undone first');
    expect(await statesOf(made)).toEqual(['kept', 'rolledBack: not confirmed']);
    expect(await listedOn(made.host)).toEqual(OURS);
  });
});

describe('the watcher', () => {
  it('waits for the deadline, and does not begin before it', async () => {
    using made = await watched();
    const id = await fixed(made);
    const end = Date.parse((await made.changes())[0]?.deadline?.at ?? '');
    await dockaudit(made.host, ['expire', id, new Date(end).toISOString()]);
    const [change] = await made.changes();
    expect(change).toMatchObject({ state: 'rolledBack', note: 'not confirmed' });
    expect(Date.parse(change?.since ?? '')).toBeGreaterThanOrEqual(end);
    expect(Date.parse(change?.since ?? '')).toBeLessThan(end + 10_000);
  });

  it('waits no longer than was said where the clock is set back meanwhile', async () => {
    using made = await watched();
    const id = await fixed(made);
    const { at = '' } = (await made.changes())[0]?.deadline ?? {};
    let pauses = 0;
    const host = afterPauses(made, (count) => {
      pauses = count;
      if (count === 3) made.clock.move(-3_600_000);
    });
    await dockaudit(host, ['expire', id, at]);
    expect(await statesOf(made)).toEqual(['rolledBack: not confirmed']);
    expect(pauses).toBeGreaterThan(100);
    expect(pauses).toBeLessThan(300);
  });

  it('goes back at once where the clock says that it is late, as after a suspend', async () => {
    using made = await watched();
    const id = await fixed(made);
    const { at = '' } = (await made.changes())[0]?.deadline ?? {};
    let pauses = 0;
    const host = afterPauses(made, (count) => {
      pauses = count;
      if (count === 1) made.clock.move(3_600_000);
    });
    await dockaudit(host, ['expire', id, at]);
    expect(await statesOf(made)).toEqual(['rolledBack: not confirmed']);
    expect(pauses).toBeLessThan(100);
  });

  it('ends by itself once the change is confirmed', async () => {
    using made = await watched();
    const id = await fixed(made);
    const { at = '' } = (await made.changes())[0]?.deadline ?? {};
    let pauses = 0;
    const host = afterPauses(made, async (count) => {
      pauses = count;
      if (count === 3) await dockaudit(made.host, ['confirm']);
    });
    expect((await dockaudit(host, ['expire', id, at])).exit).toBe(0);
    expect(await statesOf(made)).toEqual(['kept: confirmed']);
    expect(pauses).toBeLessThan(10);
  });

  it('waits for another run that holds the lock, however long', async () => {
    using made = await watched();
    const id = await fixed(made);
    const lock = absolutePath('/run/dockaudit.lock');
    const free = Promise.withResolvers<void>();
    const holder = made.host.exclusively(lock, () => free.promise);
    const host = afterPauses(made, (count) => {
      if (count === 20) free.resolve();
    });
    await dockaudit(host, ['expire', id]);
    await holder;
    expect(await statesOf(made)).toEqual(['rolledBack: not confirmed']);
  });

  it('takes back what was cut off after it was armed', async () => {
    using made = await watched({ launch: () => new Promise(() => undefined) });
    // The lock of a run that was killed holds nobody up.
    void dockaudit({ ...made.host, exclusively: (_lock, task) => task() }, FIX);
    await expect.poll(() => made.armed.length, { timeout: 20_000 }).toBe(1);
    expect(await listedOn(made.host)).toEqual(OURS);
    expect(await statesOf(made)).toEqual(['activated']);
    const [, , id = ''] = made.armed[0]?.argv ?? [];
    await dockaudit(made.host, ['expire', id]);
    expect(await statesOf(made)).toEqual(['rolledBack: not confirmed']);
    expect(await listedOn(made.host)).toEqual(BEFORE);
  });

  it('leaves alone what it does not know', async () => {
    using made = await watched();
    await fixed(made);
    const ended = await dockaudit(made.host, ['expire', '20260101T000000Z-0000']);
    expect(ended.exit).toBe(1);
    for (const words of [[], ['../../etc'], ['a', 'b', 'c'], ['20260101T000000Z-0000', 'soon']])
      expect((await dockaudit(made.host, ['expire', ...words])).exit).toBe(64);
    expect(await statesOf(made)).toEqual(['unconfirmed']);
  });
});

describe('a fault while it is armed, or told to the journal', () => {
  const watchers = [
    { watcher: 'a process', ways: {} },
    { watcher: 'a timer', ways: { systemd: () => 0 } },
  ];
  const cases = watchers.flatMap((one) => FAULTS.map((fault) => ({ ...one, fault })));

  it.each(cases)('leaves nothing in force unwatched: $fault, $watcher', async (wanted) => {
    const effects = await effectsFrom(wanted.ways);
    expect(effects.length).toBeGreaterThanOrEqual(2);
    for (const [at, what] of effects) {
      using made = await watched(wanted.ways);
      const { host, signal } = faulty(made.host, wanted.fault, at);
      const { exit } = await dockaudit(host, FIX, signal);
      const [change] = await made.changes();
      const isBefore = (await listedOn(made.host)).join() === BEFORE.join();
      const end = `${exit} ${change?.state} ${isBefore ? 'before' : 'after'}`;
      expect(ENDS[wanted.fault], `${what}: ${end}`).toContain(end);
      expect(isBefore || made.armed.length > 0 || wanted.fault === 'stop', what).toBe(true);
      await dockaudit(made.host, ['expire', change?.record.id ?? '']);
      const { state } = (await made.changes())[0] ?? {};
      if (state === 'needsPerson') await dockaudit(made.host, ['rollback', '--yes']);
      expect(await listedOn(made.host), what).toEqual(BEFORE);
    }
  });
});

/** Exit status, state and table. */
const ENDS: Readonly<Record<Fault, readonly string[]>> = {
  before: ['4 rolledBack before'],
  // A last word that stands in the journal counts, though its write was called a failure.
  after: ['4 rolledBack before', '0 unconfirmed after'],
  // The journal can say no more; what was done so far stays done.
  stop: ['5 activated after'],
  // It came too late in the last effect.
  interrupt: ['130 rolledBack before', '0 unconfirmed after'],
};

/** What is done to the host from the arming on, by its number among all effects. */
async function effectsFrom(
  ways: Parameters<typeof watched>[0],
): Promise<readonly (readonly [at: number, what: string])[]> {
  using made = await watched(ways);
  const { host, effects } = faulty(made.host, 'before', 0);
  expect((await dockaudit(host, FIX)).exit).toBe(0);
  const first = effects.findIndex((effect) => /systemd-run|launch/.test(effect));
  return effects.map((what, index) => [index + 1, what] as const).slice(first);
}

/** The host of `made`, on which `told` hears of each pause, by its number. */
function afterPauses(made: Watched, told: (count: number) => void | Promise<void>): Host {
  let count = 0;
  const { clock } = made;
  return {
    ...made.host,
    clock: {
      now: () => clock.now(),
      pause: async (ms) => {
        await clock.pause(ms);
        await told((count += 1));
      },
    },
  };
}

function readFailureOf(stdout: string): string {
  const { error }: { error: { message: string } } = JSON.parse(stdout);
  return error.message;
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ');
}
