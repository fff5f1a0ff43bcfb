/**
 * What somebody saves, sets or takes away at the worst moment, straight before a write of ours: it is
 * not overwritten, and where it cannot be helped it is told.
 */

import {
  appendFileSync,
  chmodSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { dockaudit, readFailure } from '../support/golden.ts';
import { listedOn, practised, type Practised } from '../support/hosts.ts';
import { misbehaving, once } from '../support/misbehaving.ts';
import { withAgent, withOthers } from '../support/others.ts';
import { standing } from '../support/standing.ts';

const FIX = ['fix', '--yes', '--format', 'json'];
const UNDO = ['rollback', '--yes', '--format', 'json'];
const OURS = '/etc/audit/rules.d/zz-docker.rules';
const GENERATED = '/etc/audit/audit.rules';
const MINE = '-w /etc/issue -p wa -k mine\n';
const AGENT = '-a always,exit -F arch=b64 -S bind -F key=agent';

/** `act` comes once, straight before the journal is written for the `nth` time. */
function beforeJournal(host: Host, nth: number, act: () => void): Host {
  let count = 0;
  return {
    ...host,
    replace: async (path, image) => {
      if (path.endsWith('journal.jsonl') && (count += 1) === nth) act();
      return host.replace(path, image);
    },
  };
}

function save({ root }: Practised): void {
  appendFileSync(root + OURS, MINE);
}

function journalsOf({ root }: Practised): readonly string[] {
  const changes = join(root, 'var/lib/dockaudit/changes');
  return readdirSync(changes).map((id) => join(changes, id, 'journal.jsonl'));
}

describe('our file, saved by somebody', () => {
  it('between the backup and the write: the change stops, and the file is theirs', async () => {
    using made = await withAgent(AGENT);
    expect((await dockaudit(made.host, [...FIX, '--control', '1.2.3'])).exit).toBe(0);
    const listed = await listedOn(made.host);
    const before = readFileSync(made.root + OURS, 'utf8');
    const end = await dockaudit(
      beforeJournal(made.host, 1, () => save(made)),
      FIX,
    );
    expect(end.exit, end.stdout).toBe(4);
    expect(readFailure(end).message).toContain(`'${OURS}' was changed while the change was made`);
    expect(readFileSync(made.root + OURS, 'utf8')).toBe(before + MINE);
    expect(await listedOn(made.host)).toEqual(listed);
  });

  it('where nothing is loaded, before the last word: it is not called kept', async () => {
    using made = await withAgent(AGENT);
    // Prepared, written, activated: after that the judge looks, and then only the last word is left.
    const host = beforeJournal(made.host, 3, () => save(made));
    const end = await dockaudit(host, FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(readFileSync(made.root + OURS, 'utf8')).toContain(MINE);
  });

  it('after the look of an undo: the undo stops before its first byte', async () => {
    using made = await withAgent(AGENT);
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    const before = await standing(made);
    const late = once(1, async ({ real }) => {
      save(made);
      return real();
    });
    const end = await dockaudit(misbehaving(made.host, { 'auditctl -l': late }), UNDO);
    expect(end.exit, end.stdout).toBe(1);
    expect(readFailure(end).message).toContain(`'${OURS}' was changed meanwhile`);
    expect(readFileSync(made.root + OURS, 'utf8')).toContain(MINE);
    expect((await standing(made)).kernel).toEqual(before.kernel);
  });

  it('once an undo has begun: it is left, and the person is told', async () => {
    using made = await withAgent(AGENT);
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    const end = await dockaudit(
      beforeJournal(made.host, 1, () => save(made)),
      UNDO,
    );
    expect(end.exit, end.stdout).toBe(5);
    expect(readFailure(end).message).toContain('somebody saved it meanwhile');
    expect(readFileSync(made.root + OURS, 'utf8')).toContain(MINE);
    expect((await listedOn(made.host)).filter((line) => line.endsWith('docker'))).toEqual([]);
  });
});

describe('mode and owner that somebody sets after a change', () => {
  it('stay when it is undone, and that is told', async () => {
    using made = await practised('fresh');
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    chmodSync(made.root + GENERATED, 0o600);
    const end = await dockaudit(made.host, UNDO);
    expect(end.exit, end.stdout).toBe(0);
    expect(statSync(made.root + GENERATED).mode & 0o777).toBe(0o600);
    expect(end.stdout).toContain(`${GENERATED} keeps mode 0600`);
  });

  it('and those that nobody set are as before', async () => {
    using made = await practised('fresh');
    chmodSync(made.root + GENERATED, 0o600);
    const before = await standing(made);
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    expect(statSync(made.root + GENERATED).mode & 0o777).toBe(0o640);
    expect((await dockaudit(made.host, UNDO)).exit).toBe(0);
    expect((await standing(made)).files).toEqual(before.files);
  });
});

describe('a journal that goes while a change is made', () => {
  it.each(['removed', 'emptied'])('%s: nothing is kept that nobody could undo', async (how) => {
    using made = await withOthers();
    const before = await standing(made);
    const lose = once(1, async ({ real }) => {
      for (const path of journalsOf(made))
        if (how === 'removed') rmSync(path);
        else writeFileSync(path, '');
      return real();
    });
    const end = await dockaudit(misbehaving(made.host, { 'augenrules --load': lose }), FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(readFailure(end).message).toContain('was removed or emptied');
    expect(await standing(made)).toEqual(before);
    const history = await dockaudit(made.host, ['history']);
    expect(history.stdout).toContain('rolled back');
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
  });
});

describe('a clock', () => {
  it('that was set back between two changes does not change which is the latest', async () => {
    using made = await practised('fresh');
    const before = await standing(made);
    expect((await dockaudit(made.host, [...FIX, '--control', '1.2.3'])).exit).toBe(0);
    const first = await standing(made);
    const yesterday: Host = {
      ...made.host,
      clock: { ...made.host.clock, now: () => new Date(Date.now() - 86_400_000) },
    };
    expect((await dockaudit(yesterday, FIX)).exit).toBe(0);
    expect((await dockaudit(yesterday, UNDO)).exit).toBe(0);
    expect((await standing(made)).files['rules.d/zz-docker.rules']).toBe(
      first.files['rules.d/zz-docker.rules'],
    );
    expect((await dockaudit(made.host, UNDO)).exit).toBe(0);
    expect((await standing(made)).files).toEqual(before.files);
  });

  it('that stood before 1970 when a file was written: its time comes back', async () => {
    using made = await practised('fresh');
    utimesSync(made.root + GENERATED, -43_200.5, -43_200.5);
    const before = await standing(made);
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    expect((await dockaudit(made.host, UNDO)).exit).toBe(0);
    expect((await standing(made)).files).toEqual(before.files);
  });
});

it.each(['x y.rules', ' x.rules', 'a\tb.rules', 'a\nb.rules'])(
  'a name that the loader reads as two is no file that came: %j',
  async (name) => {
    using made = await withOthers();
    writeFileSync(join(made.root, 'etc/audit/rules.d', name), '# nothing\n');
    const end = await dockaudit(made.host, FIX);
    expect(end.exit, end.stdout).toBe(0);
  },
);
