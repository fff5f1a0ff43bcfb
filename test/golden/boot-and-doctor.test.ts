/** What check and doctor say of reboots and reloads, on the hosts of the other golden tests. */

import { mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { dockaudit, goldenHost, parseManifest } from '../support/golden.ts';
import { practised, type } from '../support/hosts.ts';

const golden = (name: string) =>
  goldenHost(parseManifest(readFileSync(new URL(`hosts/${name}.json`, import.meta.url), 'utf8')));
const schema = new URL('../../templates/schema/doctor.schema.json', import.meta.url);
const isDiagnosis = new Ajv2020({ allErrors: true }).compile(
  JSON.parse(readFileSync(schema, 'utf8')),
);

/** The rows of a text, each on one line: label → text. */
function rowsOf(text: string): ReadonlyMap<string, string> {
  const joined = text.replace(/\n {6,}(?=\S)/g, ' ');
  return new Map(
    [...joined.matchAll(/^ {2}(\S+(?: \S+)?) {2,}(.*)$/gm)].map(([, label = '', said = '']) => [
      label,
      said,
    ]),
  );
}

describe('check says whether the rules are in force after a reboot', () => {
  it.each<[host: string, said: string]>([
    [
      'loader-disabled',
      'no: auditd.service is disabled: nothing loads the rules when this host boots',
    ],
    ['audit-off-at-the-next-boot', 'no: /boot/grub/grub.cfg:2 boots the kernel with audit=0'],
    ['rules-load-at-boot-and-auditd-does-not-start', 'in part: auditd.service is disabled'],
    [
      'kernel-has-files-lack',
      'no: 1.2.3, 1.2.7: no file that is loaded at boot holds a rule for it',
    ],
  ])('%s: %s', async (name, said) => {
    using made = await golden(name);
    const { stdout } = await dockaudit(made.host, ['check']);
    expect(rowsOf(stdout).get('reboot')).toContain(`in force after a reboot: ${said}`);
  });

  it.each(['compliant', 'fresh', 'immutable'])('%s, once it is fixed: yes', async (scenario) => {
    using made = await practised(scenario);
    await dockaudit(made.host, ['--yes', '--format', 'json']);
    const { stdout } = await dockaudit(made.host, ['check']);
    expect(rowsOf(stdout).get('reboot')).toBe('in force after a reboot: yes');
  });

  it('and nothing where there is no rule that could be lost', async () => {
    using made = await practised();
    const { stdout } = await dockaudit(made.host, ['check']);
    expect(rowsOf(stdout).has('reboot')).toBe(false);
  });

  it('with what waits in the files', async () => {
    using made = await practised('compliant');
    writeFileSync(`${made.root}/etc/audit/rules.d/99-lock.rules`, '-e 2\n');
    writeFileSync(`${made.root}/etc/default/grub`, 'GRUB_CMDLINE_LINUX="audit=0"\n');
    const { stdout } = await dockaudit(made.host, ['check']);
    const said = rowsOf(stdout).get('reboot');
    expect(said).toContain('yes');
    expect(said).toContain('/etc/audit/rules.d/99-lock.rules:1 (-e 2) then locks the rules');
    expect(said).toContain('/etc/default/grub:1 says audit=0');
  });
});

describe('doctor', () => {
  it('says in fifteen lines at most how a host stands', async () => {
    using made = await practised('compliant');
    const ended = await dockaudit(made.host, ['doctor']);
    expect(ended.exit).toBe(0);
    const said = rowsOf(ended.stdout);
    expect(said.size).toBeLessThanOrEqual(15);
    expect(Object.fromEntries(said)).toMatchObject({
      system: 'Debian GNU/Linux 12 (bookworm), x86_64, systemd',
      kernel: 'auditing is on; 0 events lost since boot; failure 1, backlog_limit 8192; 3 rules',
      restart: '/usr/bin/systemctl restart auditd',
      reload: 'nothing would change: 3 rules then',
      reboot: 'in force after a reboot: yes; nothing would change: 3 rules then',
      'left out': 'nothing',
      changes: 'none, in /var/lib/dockaudit; no other run is at work',
      others: 'nobody that is known manages these files',
    });
  });

  it.each<[situation: string, lines: readonly string[], reload: string]>([
    ['a rule that waits', ['-w /etc/group -p wa -k g'], '1 rule would come: 4 rules then'],
    [
      'a line that cuts the load off',
      ['-w /nowhere/at/all -k x', '-w /etc/group -k g'],
      'nothing would change: 3 rules then, cut off at /etc/audit/rules.d/zz-site.rules:1 (Error sending add rule data request (No such file or directory))',
    ],
    ['a setting', ['-f 2'], 'failure 1 → 2: 3 rules then'],
    ['a switch', ['-e 0'], 'enabled 1 → 0: 3 rules then'],
  ])('says what a reload would do: %s', async (_, lines, reload) => {
    using made = await practised('compliant');
    const file = `${made.root}/etc/audit/rules.d/zz-site.rules`;
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    const { stdout } = await dockaudit(made.host, ['doctor']);
    expect(rowsOf(stdout).get('reload')).toContain(reload);
  });

  it('says what a boot would take away that only the kernel holds', async () => {
    using made = await practised('compliant');
    await type(made.host, '/usr/sbin/auditctl -w /etc/group -p wa -k g');
    const said = rowsOf((await dockaudit(made.host, ['doctor'])).stdout);
    expect(said.get('reload')).toBe('1 rule would go: 3 rules then');
    expect(said.get('reboot')).toContain('1 rule would go: 3 rules then');
  });

  it.each<[host: string, row: string, said: string]>([
    ['immutable', 'reload', 'changes nothing: rules are locked until the next boot'],
    ['ansible-writes-our-file', 'others', 'Ansible writes /etc/audit/rules.d/zz-docker.rules'],
    ['loader-disabled', 'reboot', '3 rules would go: 0 rules then'],
    ['nobody-will-notice', 'others', 'nobody that is known'],
    ['sysv', 'restart', '/usr/sbin/service auditd restart'],
    ['not-root', 'reload', 'not known: reading audit rules needs root'],
    ['sysv', 'reboot', '1.2.3, 1.2.7: no file that is loaded at boot holds a rule for it'],
    ['not-root', 'changes', 'not looked at'],
    ['never-task', 'left out', '1.2.3'],
    ['foreign-line-blocks', 'left out', 'a fix is blocked: /etc/audit/rules.d/'],
  ])('%s: %s %s', async (name, row, said) => {
    using made = await golden(name);
    const { stdout } = await dockaudit(made.host, ['doctor']);
    expect(rowsOf(stdout).get(row)).toContain(said);
  });

  it.each(['fresh', 'compliant', 'immutable', 'no-auditd', 'bad-foreign-line', 'other-daemon'])(
    'is a document, too: %s',
    async (scenario) => {
      using made = await practised(scenario);
      await dockaudit(made.host, ['--yes', '--format', 'json']);
      const { report } = await dockaudit(made.host, ['doctor', '--format', 'json']);
      isDiagnosis(report);
      expect(isDiagnosis.errors ?? []).toEqual([]);
    },
  );
});

describe('the lock, as doctor tells of it', () => {
  const BOOT = '0b0e1c5e-1111-4222-8333-444455556666';
  const lockLine = async (line: string): Promise<string> => {
    using made = await practised('compliant');
    const proc = join(made.root, 'proc');
    mkdirSync(join(proc, 'sys/kernel/random'), { recursive: true });
    writeFileSync(join(proc, 'sys/kernel/random/boot_id'), `${BOOT}\n`);
    expect(readlinkSync(join(proc, 'self/ns/pid'))).toBe('pid:[4026531836]');
    mkdirSync(join(proc, '77'), { recursive: true });
    mkdirSync(join(made.root, 'run'), { recursive: true });
    writeFileSync(join(made.root, 'run/dockaudit.lock'), line);
    const { stdout } = await dockaudit(made.host, ['doctor']);
    return rowsOf(stdout).get('changes') ?? '';
  };
  const HELD = /process \d+ is at work and holds the lock/;
  const LEFT = 'a run that is gone left its lock behind';

  it.each([
    ['a process that is there', `pid=77 boot=${BOOT} start=1 space=4026531836\n`, HELD],
    ['one that told no namespace', `pid=77 boot=${BOOT} start=1\n`, HELD],
    ['one of another PID namespace', `pid=5 boot=${BOOT} start=1 space=4026532999\n`, HELD],
    ['a process that is gone', `pid=78 boot=${BOOT} start=1 space=4026531836\n`, LEFT],
    ['one of an earlier boot', 'pid=77 boot=another start=1 space=4026532999\n', LEFT],
    ['something else', 'pid=77\n', 'what stands in place of the lock is not ours'],
  ])('is of %s', async (_what, line, said) => {
    expect(await lockLine(line)).toMatch(said);
  });
});
