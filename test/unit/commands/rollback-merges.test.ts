/** An undo of a file that others have edited since: ours go, theirs stay, or nothing is touched. */

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { EACH, faulty } from '../../support/faults.ts';
import {
  dockaudit,
  goldenHost,
  parseManifest,
  readFailure,
  type Ended,
} from '../../support/golden.ts';
import { hastyClock, listedOn, practised, type, type Practised } from '../../support/hosts.ts';

const OURS = '/etc/audit/rules.d/zz-docker.rules';
const MINE = '-w /etc/hostname -p wa -k mine';
const DAEMON = '-w /usr/sbin/dockerd -k docker';

const PLAIN = parseManifest(
  readFileSync(new URL('../../golden/hosts/auditctl-mechanism.json', import.meta.url), 'utf8'),
);

const fix = (made: Practised, ...args: readonly string[]) =>
  dockaudit(made.host, ['--yes', '--format', 'json', ...args]);
const rollback = (made: Practised, ...args: readonly string[]) =>
  dockaudit(made.host, ['rollback', '--yes', '--format', 'json', ...args]);
const load = (made: Practised) => type(made.host, '/usr/sbin/augenrules --load');

const text = (made: Practised): string => readFileSync(made.root + OURS, 'utf8');
const edit = (made: Practised, from: string, to: string): void =>
  writeFileSync(made.root + OURS, text(made).replace(from, to));

/** As the history tells them. */
const states = async (made: Practised): Promise<readonly string[]> => {
  const { report } = await dockaudit(made.host, ['history', '--format', 'json']);
  return v.parse(history, report).changes.map(({ state }) => state);
};
const history = v.object({ changes: v.array(v.object({ state: v.string() })) });

const changed = v.object({
  change: v.object({ id: v.string(), state: v.string() }),
  remaining: v.optional(v.array(v.object({ id: v.string() }))),
});
const read = (ended: Ended) => v.parse(changed, ended.report);

describe('a file of ours to which somebody added lines', () => {
  it.each([
    ['at its end', (made: Practised) => appendFileSync(made.root + OURS, `# Mine\n${MINE}\n`)],
    [
      'between ours',
      (made: Practised) => edit(made, `${DAEMON}\n`, `${DAEMON}\n# Mine\n${MINE}\n`),
    ],
  ])('keeps exactly those %s, and the kernel keeps theirs', async (_where, add) => {
    using made = await practised();
    await fix(made);
    add(made);
    await load(made);
    expect(await listedOn(made.host)).toHaveLength(4);
    const ended = await rollback(made);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(text(made)).toBe(`\n# Mine\n${MINE}\n`);
    expect(await listedOn(made.host)).toEqual([MINE]);
    expect(readFileSync(`${made.root}/etc/audit/audit.rules`, 'utf8')).not.toContain('docker');
    expect((await type(made.host, '/usr/sbin/augenrules --check')).stdout).toContain('No change');
    expect(read(ended).change.state).toBe('rolledBack');
    // And nothing more is to be undone.
    expect((await rollback(made)).exit).toBe(64);
  });

  it('keeps those as well where the undo was cut off, whatever it came to', async () => {
    for (let at = 1, isOver = false; !isOver; at++) {
      using made = await practised('fresh', hastyClock());
      await fix(made);
      appendFileSync(made.root + OURS, `# Mine\n${MINE}\n`);
      await load(made);
      const { host, effects } = faulty(made.host, 'stop', at);
      await dockaudit(host, ['rollback', '--yes', '--format', 'json']);
      isOver = effects.length < at;
      const ended = await dockaudit(made.host, ['recover', '--yes']);
      const what = `stop '${effects.at(-1)}' (${at}): ${ended.stdout}${ended.stderr}`;
      expect(ended.exit, what).toBe(0);
      if (text(made).includes(DAEMON)) await rollback(made);
      expect(text(made), what).toBe(`\n# Mine\n${MINE}\n`);
      expect(await listedOn(made.host), what).toEqual([MINE]);
      expect(at).toBeLessThan(30);
    }
  });

  it.each([true, false])(
    'comes back with theirs where such an undo was cut off and is taken back: loaded %s',
    async (isLoaded) => {
      for (let at = 4, isCut = true; isCut; at += EACH) {
        using made = await practised('fresh', hastyClock());
        await fix(made);
        appendFileSync(made.root + OURS, `# Mine\n${MINE}\n`);
        if (isLoaded) await load(made);
        const before = [text(made), (await listedOn(made.host)).toSorted()];
        const { host, effects } = faulty(made.host, 'stop', at);
        await dockaudit(host, ['rollback', '--yes', '--format', 'json']);
        isCut = (await states(made))[0] !== 'rolledBack';
        if (!isCut) break;
        const ended = await dockaudit(made.host, ['recover', '--to', 'after']);
        const what = `stop '${effects.at(-1)}' (${at}): ${ended.stdout}${ended.stderr}`;
        expect(ended.exit, what).toBe(0);
        expect([text(made), (await listedOn(made.host)).toSorted()], what).toEqual(before);
        // And it is still known which lines are ours.
        expect((await rollback(made)).exit).toBe(0);
        expect(text(made), what).toBe(`\n# Mine\n${MINE}\n`);
        expect(await listedOn(made.host), what).toEqual([isLoaded ? MINE : 'No rules']);
        expect(at).toBeLessThan(30);
      }
    },
  );

  it('goes away where only ours and empty lines were in it', async () => {
    using made = await practised();
    await fix(made);
    appendFileSync(made.root + OURS, '\n\n');
    expect((await rollback(made)).exit).toBe(0);
    expect(existsSync(made.root + OURS)).toBe(false);
    expect(await listedOn(made.host)).toEqual(['No rules']);
  });
});

describe('a line of ours that somebody edited', () => {
  it('stops the undo, which names file, line and all three sides, and changes nothing', async () => {
    using made = await practised();
    await fix(made);
    edit(made, DAEMON, '-w /usr/sbin/dockerd -p wa -k mine');
    await load(made);
    const before = [text(made), await listedOn(made.host)];
    const line = text(made).split('\n').indexOf('-w /usr/sbin/dockerd -p wa -k mine') + 1;
    const { host, effects } = faulty(made.host, 'before', 0);
    const ended = await dockaudit(host, ['rollback', '--yes', '--format', 'json']);
    expect(ended.exit).toBe(1);
    const { message, advice } = readFailure(ended);
    expect(message).toContain(`'${OURS}' was edited since, at line ${line}`);
    expect(advice.split('\n')).toEqual(
      expect.arrayContaining([
        `${OURS}:${line}`,
        `  the change left  ${DAEMON}`,
        '  it says now      -w /usr/sbin/dockerd -p wa -k mine',
        '  an undo wants    (nothing)',
        `rm -f ${OURS}`,
      ]),
    );
    expect(effects).toEqual([]);
    expect([text(made), await listedOn(made.host)]).toEqual(before);
  });
});

describe('an older change', () => {
  it('is undone beside a newer one, which is named and keeps its lines and our header', async () => {
    using made = await practised();
    const first = read(await fix(made, '--control', '1.2.3')).change.id;
    const second = read(await fix(made, '--control', '1.2.7')).change.id;
    const ended = await rollback(made, first);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(read(ended).remaining).toMatchObject([{ id: second }]);
    expect(await listedOn(made.host)).toEqual([
      '-w /usr/lib/systemd/system/docker.socket -p rwxa -k docker',
    ]);
    expect(text(made)).toMatch(/^\n## Linux audit rules for Docker/);
    expect(
      text(made)
        .split('\n')
        .filter((line) => line.startsWith('-')),
    ).toEqual(['-w /usr/lib/systemd/system/docker.socket -k docker']);
    // The newer one is undone as well, and then nothing of ours is left.
    expect((await rollback(made)).exit).toBe(0);
    expect(existsSync(made.root + OURS)).toBe(false);
    expect(await listedOn(made.host)).toEqual(['No rules']);
  });

  it('says before it is undone what comes after it, and which control will fail', async () => {
    using made = await practised();
    const first = read(await fix(made, '--control', '1.2.3')).change.id;
    const second = read(await fix(made, '--control', '1.2.7')).change.id;
    const { stdout, exit } = await dockaudit(made.host, ['rollback', first, '--yes']);
    expect(exit).toBe(0);
    const [, told = ''] = /To know\n([^]*?)\n\n/.exec(stdout) ?? [];
    expect(told).toContain(`change ${second}`);
    const [, worse = ''] = /Worse afterwards\n([^]*?)\n\n/.exec(stdout) ?? [];
    expect(worse).toMatch(/1\.2\.3 .*fail/);
    expect(worse).not.toContain('1.2.7');
    expect(stdout).toContain(`-${DAEMON}`);
  });
});

describe('a plain rules file', () => {
  it('keeps what others added around ours', async () => {
    using made = await goldenHost(PLAIN);
    const path = `${made.root}/etc/audit/audit.rules`;
    await fix(made);
    const left = readFileSync(path, 'utf8');
    writeFileSync(path, `# Top\n${left}${MINE}\n`);
    const ended = await rollback(made);
    expect(ended.exit, ended.stdout).toBe(0);
    const lines = readFileSync(path, 'utf8').split('\n');
    expect(lines.filter((line) => line.includes('docker'))).toEqual([]);
    expect([lines[0], lines.at(-2)]).toEqual(['# Top', MINE]);
    expect(await listedOn(made.host)).not.toContain('-w /usr/sbin/dockerd -p rwxa -k docker');
  });
});
