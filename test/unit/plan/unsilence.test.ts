/** What silences is commented out, and nothing else; who stays silent is known until it restarts. */

import { chmodSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/text.ts';
import {
  dockaudit,
  goldenHost,
  parseManifest,
  readReport,
  type ReadReport,
} from '../../support/golden.ts';
import { listedOn, practised, type, type Practised } from '../../support/hosts.ts';

const R = '/etc/audit/rules.d';
const SILENCER = `${R}/10-no-audit.rules`;
const OURS = [
  '-w /usr/sbin/dockerd -p rwxa -k docker',
  '-w /usr/bin/dockerd -p rwxa -k docker',
  '-w /usr/lib/systemd/system/docker.socket -p rwxa -k docker',
];

const FIX = ['--yes', '--unsilence', '--format', 'json'];

async function verdicts({ host }: Practised): Promise<readonly string[]> {
  return verdictsOf(readReport(await dockaudit(host, ['check', '--format', 'json'])));
}

function verdictsOf({ findings }: ReadReport): readonly string[] {
  return findings.map(({ verdict }) => verdict);
}

/** dockerd, started `ticks` hundredths of a second after the boot. */
function startDockerd({ root }: Practised, ticks: number): void {
  const stat = `731 (dockerd) S 1 731 731 0 -1 0 0 0 0 0 0 0 0 0 20 0 12 0 ${ticks} 0 0\n`;
  writeFileSync(`${root}/proc/731/stat`, stat);
}

/** Now, on the clock of the practice host's processes. */
function ticksNow({ root }: Practised): number {
  const booted = /^btime (\d+)/m.exec(readFileSync(`${root}/proc/stat`, 'utf8'))?.[1];
  return Math.round(Date.now() / 10) - Number(booted) * 100;
}

describe('the file that holds the line', () => {
  const before = encode(
    '# caf\udce9\r\n-w /etc/passwd -p wa -k a\n\n# why\n-a  task,never \n-w /etc/group -p wa -k a\n',
  );
  const after = encode(
    '# caf\udce9\r\n-w /etc/passwd -p wa -k a\n\n# why\n' +
      '# dockaudit: silenced controls 1.2.3, 1.2.7; undo: dockaudit rollback\n' +
      '# -a  task,never \n-w /etc/group -p wa -k a\n',
  );

  it('keeps every other byte, its mode and owner, and comes back with its time', async () => {
    using made = await practised('suppressed');
    const path = made.root + SILENCER;
    writeFileSync(path, before);
    chmodSync(path, 0o604);
    utimesSync(path, 1_600_000_000, 1_600_000_000);
    await type(made.host, '/usr/sbin/augenrules --load');
    const listed = await listedOn(made.host);
    expect(listed).toContain('-a never,task');

    expect((await dockaudit(made.host, FIX)).exit).toBe(3);
    expect([...readFileSync(path)]).toEqual([...after]);
    expect(statSync(path).mode & 0o777).toBe(0o604);
    expect(await listedOn(made.host)).toEqual(listed.filter((line) => line !== '-a never,task'));

    expect((await dockaudit(made.host, ['rollback', '--yes', '--format', 'json'])).exit).toBe(0);
    expect([...readFileSync(path)]).toEqual([...before]);
    expect(statSync(path)).toMatchObject({ mtimeMs: 1_600_000_000_000 });
    expect(await listedOn(made.host)).toEqual(listed);
  });
});

describe('a line that ends its file without a newline', () => {
  it('is commented out as it stands', async () => {
    using made = await practised('suppressed');
    const path = `${made.root}${R}/zz-last.rules`;
    writeFileSync(path, '-a always,exclude -F msgtype=SYSCALL');
    await type(made.host, '/usr/sbin/augenrules --load');
    expect((await dockaudit(made.host, FIX)).exit).toBe(3);
    expect(readFileSync(path, 'utf8')).toBe(
      '# dockaudit: silenced controls 1.2.3, 1.2.7; undo: dockaudit rollback\n' +
        '# -a always,exclude -F msgtype=SYSCALL',
    );
    expect(await listedOn(made.host)).toEqual(OURS);
  });
});

describe('what was started under never,task', () => {
  it('keeps the verdict pending until it is restarted', async () => {
    using made = await practised('suppressed');
    const ended = await dockaudit(made.host, FIX);
    expect(ended.exit).toBe(3);
    const { findings, plan } = readReport(ended);
    expect(findings.map(({ reason }) => reason).join()).toContain('dockerd (pid 731)');
    expect(plan?.notes.join()).toContain('dockerd (pid 731)');
    expect(await verdicts(made)).toEqual(['pending', 'pending']);

    startDockerd(made, ticksNow(made) + 500);
    expect(await verdicts(made)).toEqual(['pass', 'pass']);
  });

  it('is silent again once the change is undone, and so is every control', async () => {
    using made = await practised('suppressed');
    const before = await listedOn(made.host);
    await dockaudit(made.host, FIX);
    expect((await dockaudit(made.host, ['rollback', '--yes'])).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual(before);
    expect(await verdicts(made)).toEqual(['fail', 'fail']);
  });

  it('is not known of a kernel that somebody else made talk again', async () => {
    using made = await practised('suppressed');
    writeFileSync(made.root + SILENCER, '');
    await type(made.host, '/usr/sbin/augenrules --load');
    expect(await verdicts(made)).toEqual(['pass', 'pass']);
  });

  it('is nobody after the host was booted', async () => {
    using made = await practised('suppressed');
    await dockaudit(made.host, FIX);
    await type(made.host, '/usr/bin/systemctl reboot');
    expect(await verdicts(made)).toEqual(['pass', 'pass']);
  });
});

describe('an undo', () => {
  it('brings a never rule back to its place among rules of others', async () => {
    using made = await goldenHost(
      parseManifest(
        JSON.stringify({
          situation: 'a never rule in the middle',
          source: 'measured facts §2: the first match wins',
          files: {
            [`${R}/20-site.rules`]: [
              '-w /etc/passwd -p wa -k a',
              '-a never,exit -F path=/usr/sbin/dockerd',
              '-w /etc/group -p wa -k a',
            ],
          },
          expected: { exit: 2, verdicts: {} },
        }),
      ),
    );
    const before = await listedOn(made.host);
    expect(before).toHaveLength(3);
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual([before[0], before[2], ...OURS]);
    expect((await dockaudit(made.host, ['rollback', '--yes'])).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual(before);
    expect(await verdicts(made)).toEqual(['fail', 'fail']);
  });

  it('tells the rule that comes back among the lines to do it by hand', async () => {
    using made = await practised('suppressed');
    await dockaudit(made.host, FIX);
    writeFileSync(made.root + SILENCER, '# Mine\n');
    const ended = await dockaudit(made.host, ['rollback', '--yes', '--format', 'json']);
    expect(ended.exit).toBe(1);
    expect(ended.stdout).toContain('auditctl -a never,task');
    expect(readFileSync(made.root + SILENCER, 'utf8')).toBe('# Mine\n');
  });
});

describe('a session', () => {
  it('asks nothing and takes nothing out where nobody can answer', async () => {
    using made = await practised('suppressed');
    const before = readFileSync(made.root + SILENCER, 'utf8');
    expect((await dockaudit(made.host, ['--unsilence'])).exit).toBe(2);
    expect(readFileSync(made.root + SILENCER, 'utf8')).toBe(before);
  });
});
