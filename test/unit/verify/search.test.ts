/** Which event of a log is ours, and how long it is looked for. */

import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../../src/audit/records.ts';
import { absolutePath } from '../../../src/paths.ts';
import { encode } from '../../../src/text.ts';
import { eventOf } from '../../../src/verify/match-event.ts';
import type { Attempt } from '../../../src/verify/proof.ts';
import { search } from '../../../src/verify/search.ts';

/** The two that tell, of the six of an event of auditd 3.0.9 on Linux 6.18. */
const RECORDS = [
  'type=SYSCALL msg=audit(1795558638.301:156446): arch=c000003e syscall=257 success=yes exit=22 items=1 ppid=21736 pid=21890 auid=4294967295 uid=0 comm="MainThread" key="k-file"',
  'type=PATH msg=audit(1795558638.301:156446): item=0 name="/srv/file" inode=1548293 dev=fe:00 mode=0100644 nametype=NORMAL',
];
const AT = 1_795_558_638_301;

const attempt: Attempt = {
  deed: 'open',
  path: absolutePath('/srv/file'),
  inode: '1548293',
  device: '65024',
  pid: 21_890,
  from: new Date(AT).toISOString(),
  until: new Date(AT + 1).toISOString(),
};

function logged(...changes: readonly (readonly [string, string])[]) {
  const text = changes.reduce((log, [from, to]) => log.replaceAll(from, to), RECORDS.join('\n'));
  return eventsOf(encode(`${text}\n`));
}

describe('an event of ours', () => {
  it.each<[which: string, changes: readonly (readonly [string, string])[], isOurs: boolean]>([
    ['as it was logged', [], true],
    ['dated by a clock that lags by a tick', [['638.301', '638.291']], true],
    ['of another process', [[' pid=21890', ' pid=21891']], false],
    ['of a child', [[' ppid=21736 pid=21890', ' ppid=21890 pid=21899']], false],
    ['about another file', [['inode=1548293', 'inode=154829']], false],
    ['of a second before', [['638.301', '637.301']], false],
    ['of a second after', [['638.301', '639.301']], false],
    ['whose paths are excluded', [[`\n${RECORDS[1]}`, '']], true],
    ['without its call', [[`${RECORDS[0]}\n`, '']], false],
  ])('%s: %j is it: %s', (_which, changes, isOurs) => {
    expect(eventOf(logged(...changes), attempt, 'itself') !== undefined).toBe(isOurs);
  });

  it('may be a child of ours, where that is asked for', () => {
    const events = logged([' ppid=21736 pid=21890', ' ppid=21890 pid=21899']);
    expect(eventOf(events, attempt, 'child')?.serial).toBe(156_446);
    expect(eventOf(logged(), attempt, 'child')).toBeUndefined();
  });
});

function waiting() {
  let waitedMs = 0;
  const pause = async (ms: number): Promise<void> => void (waitedMs += ms);
  return { clock: { now: () => new Date(AT + waitedMs), pause }, waitedMs: () => waitedMs };
}

const unread = (): Promise<never> => Promise.reject(new Error('the log was read'));

describe('the log', () => {
  it('is read until the event is there, and no longer', async () => {
    const { clock, waitedMs } = waiting();
    let reads = 0;
    const read = async () => (++reads < 3 ? [] : logged());
    const found = await search({ clock }, read, [attempt], 'itself');
    expect(found.get(attempt)?.keys).toEqual(['k-file']);
    expect(reads).toBe(3);
    expect(waitedMs()).toBeLessThan(1000);
  });

  it('is left after four seconds', async () => {
    const { clock, waitedMs } = waiting();
    expect((await search({ clock }, async () => [], [attempt], 'itself')).size).toBe(0);
    expect(waitedMs()).toBe(4000);
  });

  it('is not read for nothing', async () => {
    const { clock, waitedMs } = waiting();
    expect((await search({ clock }, unread, [], 'itself')).size).toBe(0);
    expect(waitedMs()).toBe(0);
  });

  it('is left at a signal', async () => {
    const { clock } = waiting();
    const signal = AbortSignal.abort(new Error('stopped'));
    const found = search({ clock }, async () => [], [attempt], 'itself', signal);
    await expect(found).rejects.toThrow('stopped');
  });
});
