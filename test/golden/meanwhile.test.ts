/**
 * What others do while a change is made or undone: an agent's rules, which no file holds, and files
 * that are edited. It stops the change and stays theirs. Source: T74 and T76 of the comparison.
 */

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dockaudit, readFailure } from '../support/golden.ts';
import { listedOn, type } from '../support/hosts.ts';
import {
  andThen,
  ended,
  halfLoaded,
  misbehaving,
  once,
  typed,
  type Misdeed,
} from '../support/misbehaving.ts';
import { SITE, SITE_FILE, withAgent, withOthers } from '../support/others.ts';
import { standing } from '../support/standing.ts';

const FIX = ['fix', '--yes', '--format', 'json'];
const UNDO = ['rollback', '--yes', '--format', 'json'];
const OURS = '/etc/audit/rules.d/zz-docker.rules';
const LOADER = 'augenrules --load';
const RESTART = 'systemctl restart auditd';
const LOOK = 'auditctl -l';

/** Both forms of a listing; of the second it does not tell whether it says never. */
const CALLS = '-a always,exit -F arch=b64 -S bind -F key=agent';
const WATCH = '-w /etc/shadow -p wa -k agent';
const LATE = ['-a always,exit -F arch=b64 -S accept -F key=late', '-w /etc/gshadow -p wa -k late'];
const add = (line: string): string => `auditctl ${line}`;
const remove = (line: string): string =>
  `auditctl ${line.replace(/^-a/, '-d').replace(/^-w/, '-W')}`;

/** What `lines` type, and then the real thing. */
function after(...lines: readonly string[]): Misdeed {
  return async ({ host, real }) => {
    await typed(host, ...lines);
    return real();
  };
}

/** The real thing, once `write` was done. */
function afterWriting(write: () => void): Misdeed {
  return async ({ real }) => {
    write();
    return real();
  };
}

describe('a rule that an agent adds', () => {
  it.each(LATE)(
    'before the first write stops the change, which names what moved: %s',
    async (line) => {
      using made = await withAgent(CALLS, WATCH);
      const before = await standing(made);
      const listed = await listedOn(made.host);
      const host = misbehaving(made.host, { [LOOK]: once(2, after(add(line))) });
      const end = await dockaudit(host, FIX);
      expect(end.exit, end.stdout).toBe(1);
      expect(readFailure(end).message).toContain("the kernel's rules changed");
      expect((await standing(made)).files).toEqual(before.files);
      expect(await listedOn(made.host)).toEqual([...listed, line]);
    },
  );

  it.each(LATE)('just before a load stops it, and stays: %s', async (line) => {
    using made = await withOthers();
    const before = await standing(made);
    const listed = await listedOn(made.host);
    const host = misbehaving(made.host, { [LOOK]: once(3, after(add(line))) });
    const end = await dockaudit(host, FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(readFailure(end).message).toContain(`the rule '${line}' came into the kernel`);
    expect((await standing(made)).files).toEqual(before.files);
    expect(await listedOn(made.host)).toEqual([...listed, line]);
  });

  it.each([
    ['after a load', LOADER],
    ['while auditd is restarted', RESTART],
  ])('%s stays when the change is undone', async (_when, command) => {
    using made = await withOthers();
    const before = await standing(made);
    const listed = await listedOn(made.host);
    const host = misbehaving(made.host, { [command]: andThen(...LATE.map(add)) });
    const end = await dockaudit(host, FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(readFailure(end).message).toContain('a rule came that nobody promised');
    expect((await standing(made)).files).toEqual(before.files);
    expect(await listedOn(made.host)).toEqual([...listed, ...LATE]);
  });

  it('after a load was cut off stays, and all others are back in their order', async () => {
    using made = await withOthers();
    const before = await standing(made);
    const half = [`auditctl ${SITE[0]}`, ...LATE.map(add)];
    const host = misbehaving(made.host, { [LOADER]: halfLoaded(ended(1), ...half) });
    expect((await dockaudit(host, FIX)).exit).toBe(4);
    const now = await standing(made);
    expect(now.kernel.filter((line) => !line.endsWith('late'))).toEqual(before.kernel);
    expect(await listedOn(made.host)).toEqual(expect.arrayContaining(LATE));
    expect(now.files).toEqual(before.files);
  });

  it('while ours are added one by one stays, beside those that it had', async () => {
    using made = await withAgent(CALLS, WATCH);
    const listed = await listedOn(made.host);
    const host = misbehaving(made.host, { 'auditctl -w': once(1, andThen(...LATE.map(add))) });
    const end = await dockaudit(host, FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(await listedOn(made.host)).toEqual([...listed, ...LATE]);
    expect(existsSync(made.root + OURS)).toBe(false);
  });

  it('and that lists as ours does stays, though it says never', async () => {
    using made = await withAgent(CALLS, WATCH);
    const before = await standing(made);
    const never = '-a never,exit -F path=/usr/sbin/dockerd -F perm=rwxa -F key=docker';
    const host = misbehaving(made.host, { 'auditctl -w': once(1, andThen(add(never))) });
    const end = await dockaudit(host, FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(readFailure(end).message).toContain('a rule came twice');
    const now = await standing(made);
    const at = before.kernel.length - 1;
    expect(now.kernel).toEqual(before.kernel.toSpliced(at, 0, never));
  });

  it('is brought back where auditd has to be started, which drops it', async () => {
    using made = await withOthers();
    const [calls = '', watch = ''] = LATE;
    const stopped: Misdeed = async ({ host }) => {
      await type(host, '/usr/bin/systemctl stop auditd');
      await typed(host, add(calls));
      return ended(1);
    };
    const before = await standing(made);
    const listed = await listedOn(made.host);
    const end = await dockaudit(misbehaving(made.host, { [RESTART]: stopped }), FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(await listedOn(made.host)).toEqual([...listed, calls]);
    expect(await standing(made)).toMatchObject({ files: before.files, runs: true });
    expect(watch).toMatch(/^-w/);
  });

  it('is named where auditd has to be started and a listing does not tell what it was', async () => {
    using made = await withOthers();
    const stopped: Misdeed = async ({ host }) => {
      await type(host, '/usr/bin/systemctl stop auditd');
      await typed(host, add(WATCH));
      return ended(1);
    };
    const end = await dockaudit(misbehaving(made.host, { [RESTART]: stopped }), FIX);
    expect(end.exit, end.stdout).toBe(5);
    expect(readFailure(end).message).toContain(`without a guess: '${WATCH}'`);
    expect((await standing(made)).runs).toBe(true);
  });

  it.each(LATE)('between a fix and its rollback, and during it, stays: %s', async (line) => {
    using made = await withAgent(CALLS, WATCH);
    const listed = await listedOn(made.host);
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    await typed(made.host, add(line));
    const more = '-a always,exit -F arch=b64 -S listen -F key=more';
    const host = misbehaving(made.host, { 'auditctl -W': once(1, andThen(add(more))) });
    const end = await dockaudit(host, UNDO);
    expect(end.exit, end.stdout).toBe(0);
    expect(await listedOn(made.host)).toEqual([...listed, line, more]);
  });
});

describe('a rule of its own that an agent removes', () => {
  it.each([CALLS, WATCH])('while ours are added does not come back: %s', async (line) => {
    using made = await withAgent(CALLS, WATCH);
    const listed = await listedOn(made.host);
    const host = misbehaving(made.host, { 'auditctl -w': once(1, andThen(remove(line))) });
    const end = await dockaudit(host, FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(readFailure(end).message).toContain(`a rule that was there is gone: '${line}'`);
    expect(await listedOn(made.host)).toEqual(listed.filter((one) => one !== line));
  });

  it.each([CALLS, WATCH])(
    'before or while a change is undone does not come back: %s',
    async (line) => {
      for (const nth of [0, 1]) {
        using made = await withAgent(CALLS, WATCH);
        const listed = await listedOn(made.host);
        expect((await dockaudit(made.host, FIX)).exit).toBe(0);
        if (nth === 0) await typed(made.host, remove(line));
        const host = misbehaving(made.host, { 'auditctl -W': once(nth, andThen(remove(line))) });
        const end = await dockaudit(host, UNDO);
        expect(end.exit, end.stdout).toBe(0);
        expect(await listedOn(made.host)).toEqual(listed.filter((one) => one !== line));
      }
    },
  );

  it('comes back where a file holds it', async () => {
    using made = await withAgent(CALLS);
    const before = await standing(made);
    const [line = ''] = SITE;
    const host = misbehaving(made.host, { 'auditctl -w': once(1, andThen(remove(line))) });
    expect((await dockaudit(host, FIX)).exit).toBe(4);
    expect(await standing(made)).toEqual(before);
  });
});

describe('a file that somebody writes', () => {
  const NEW = '/etc/audit/rules.d/30-late.rules';
  const LINE = '-w /etc/issue -p wa -k late';

  it('between plan and write stops the change, and is named', async () => {
    using made = await withOthers();
    const edit = () => appendFileSync(made.root + SITE_FILE, `${LINE}\n`);
    const host = misbehaving(made.host, { [LOOK]: once(2, afterWriting(edit)) });
    const end = await dockaudit(host, FIX);
    expect(end.exit, end.stdout).toBe(1);
    expect(readFailure(end).message).toContain(`'${SITE_FILE}' changed`);
    expect(readFileSync(made.root + SITE_FILE, 'utf8')).toBe(`${SITE.join('\n')}\n${LINE}\n`);
    expect(existsSync(made.root + OURS)).toBe(false);
  });

  it('after a plan was reviewed is named, too', async () => {
    using made = await withOthers();
    const end = await dockaudit(made.host, ['plan', '--format', 'json']);
    writeFileSync(`${made.root}/root/plan.json`, end.stdout);
    writeFileSync(made.root + NEW, `${LINE}\n`);
    const refused = await dockaudit(made.host, [...FIX, '--plan', '/root/plan.json']);
    expect(refused.exit, refused.stdout).toBe(1);
    expect(readFailure(refused).message).toContain(`'${NEW}' came`);
  });

  it('and that is loaded with ours: all is as before, but for that file', async () => {
    using made = await withOthers();
    const before = await standing(made);
    const write = () => writeFileSync(made.root + NEW, `${LINE}\n`);
    const end = await dockaudit(misbehaving(made.host, { [LOADER]: afterWriting(write) }), FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(readFailure(end).message).toContain(`'${NEW}' came while the change was made`);
    const { files, ...now } = await standing(made);
    const { 'rules.d/30-late.rules': theirs, ...others } = files;
    expect({ ...now, files: others }).toEqual(before);
    expect(theirs).toContain(LINE);
  });

  it.each([LOADER, RESTART])('beside ours, during %s: the edit stays', async (command) => {
    using made = await withOthers();
    const before = await standing(made);
    const edit: Misdeed = async ({ real }) => {
      const exit = await real();
      appendFileSync(made.root + SITE_FILE, `${LINE}\n`);
      return exit;
    };
    const end = await dockaudit(misbehaving(made.host, { [command]: edit }), FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(readFailure(end).message).toContain(`'${SITE_FILE}' was changed`);
    const now = await standing(made);
    expect(now.files['rules.d/20-site.rules']).toContain(LINE);
    expect({ ...now, files: { ...now.files, 'rules.d/20-site.rules': '' } }).toEqual({
      ...before,
      files: { ...before.files, 'rules.d/20-site.rules': '' },
    });
  });

  it('which is ours: the edit stays and is told, the kernel is as before', async () => {
    using made = await withOthers();
    const before = await standing(made);
    const edit: Misdeed = async ({ real }) => {
      const exit = await real();
      appendFileSync(made.root + OURS, '# mine\n');
      return exit;
    };
    const end = await dockaudit(misbehaving(made.host, { [LOADER]: edit }), FIX);
    expect(end.exit, end.stdout).toBe(4);
    const { message, advice } = readFailure(end);
    expect(message).toContain(`'${OURS}' was changed`);
    expect(advice).toContain(`'${OURS}': somebody edited it meanwhile`);
    expect(readFileSync(made.root + OURS, 'utf8')).toMatch(/docker\n# mine\n$/);
    const now = await standing(made);
    expect(now.kernel).toEqual(before.kernel);
    expect(now.files['audit.rules']).toBe(before.files['audit.rules']);
  });
});
