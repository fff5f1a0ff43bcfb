/** `explain -- RULE` as a person starts it: exit statuses, the document, what it knows of the host. */

import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { practised, type, type Practised } from '../support/hosts.ts';

const schema = new URL('../../templates/schema/rule.schema.json', import.meta.url);
const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(schema, 'utf8')));

const on = (made: Practised, ...args: readonly string[]) =>
  cli(['demo', '--dir', made.directory, 'explain', ...args]);

async function explained(made: Practised, rule: string): Promise<unknown> {
  const { stdout, stderr } = await on(made, '--format', 'json', rule);
  const document: unknown = JSON.parse(stdout);
  validate(document);
  expect(validate.errors ?? [], stderr).toEqual([]);
  return document;
}

describe('the exit status of explain -- RULE', () => {
  it.each([
    ['a rule in words', ['--', '-w', '/etc/passwd', '-p', 'wa'], 0, ''],
    ['a rule in one word', ['-w /etc/passwd -p wa'], 0, ''],
    ['a rule that will not load', ['-w /nope/nope -p wa'], 0, ''],
    ['no rule', ['--', '-w', 'nope'], 64, "The path must start with '/'"],
    ['a comment behind a rule', ['-w /etc/passwd # why'], 64, 'parameter passed without'],
    ['a directive', ['--', '-D'], 64, 'is a directive'],
    ['nothing on standard input', ['-'], 64, 'nothing was given'],
  ] as const)('%s', async (_, args, status, said) => {
    using made = await practised();
    const { exit, stderr } = await on(made, ...args);
    expect(exit).toBe(status);
    expect(stderr.replaceAll(/\n +/g, ' ')).toContain(said);
  });
});

describe('a rule explained', () => {
  it('tells permissions, interfaces, conditions and what is missed', async () => {
    using made = await practised();
    const rule =
      '-a always,exit -F arch=b64 -F path=/etc/passwd -F perm=wa -F auid>=1000 -F auid!=unset -k id';
    expect(await explained(made, rule)).toMatchObject({
      rules: [
        {
          watched: { kind: 'entry', path: '/etc/passwd', stands: 'file' },
          permissions: 'wa',
          interfaces: ['b64'],
          conditions: [
            'the user who logged in (auid) is at least 1000',
            'somebody logged in (auid is set)',
          ],
          misses: [
            'reading (r)',
            'executing (x)',
            'all that is done through the b32 interface',
            'events that do not meet its conditions',
          ],
          loads: true,
          running: 'no',
          written: [],
        },
      ],
    });
  });

  it('knows a link from what lies behind it', async () => {
    using made = await practised();
    symlinkSync('passwd', `${made.root}/etc/linked`);
    expect(await explained(made, '-w /etc/linked -p wa -k l')).toMatchObject({
      rules: [
        {
          watched: { stands: 'symlink', target: '/etc/passwd' },
          misses: expect.arrayContaining(['what lies behind the link, /etc/passwd']),
          advice: [{ kind: 'finalLink' }],
        },
      ],
    });
  });

  it('finds its twin in the files and in the kernel, in whatever spelling', async () => {
    using made = await practised('compliant');
    const [listed = ''] = (await type(made.host, '/sbin/auditctl -l')).stdout.split('\n');
    const path = /-w (\S+)/.exec(listed)?.[1] ?? '';
    const rule = `-a exit,always -F path=${path} -F perm=axwr -F key=docker`;
    expect(await explained(made, rule)).toMatchObject({
      rules: [
        {
          listed,
          running: 'yes',
          written: [{ file: '/etc/audit/rules.d/30-docker.rules', line: 1 }],
        },
      ],
    });
  });

  it('names the line that silences it', async () => {
    using made = await practised();
    writeFileSync(
      `${made.root}/etc/audit/rules.d/10-quiet.rules`,
      '-a never,exit -F dir=/etc\n-a never,task -F uid=33\n',
    );
    await type(made.host, '/usr/sbin/augenrules --load');
    expect(await explained(made, '-w /etc/passwd -p wa -k id')).toMatchObject({
      rules: [
        {
          silencedBy: [
            {
              origin: { file: '/etc/audit/rules.d/10-quiet.rules', line: 2 },
              reason: expect.stringContaining('for what meets its conditions'),
            },
            {
              origin: { file: '/etc/audit/rules.d/10-quiet.rules', line: 1 },
              reason: expect.stringContaining('says never'),
            },
          ],
        },
      ],
    });
  });

  it.each([
    ['-a task,never', 3],
    ['-a never,exit -F dir=/usr', 2],
    ['-a never,exit -F dir=/usr -F auid=33', 0],
  ])('tells what %s silences', async (rule, count) => {
    using made = await practised();
    const watched = '-w /usr/bin -p wa -k b\n-w /usr/sbin -p wa -k s\n-w /etc/passwd -p wa -k i\n';
    writeFileSync(`${made.root}/etc/audit/rules.d/10-quiet.rules`, `${rule}\n${watched}`);
    await type(made.host, '/usr/sbin/augenrules --load');
    const document = await explained(made, rule);
    expect(document).toMatchObject({ rules: [{ running: 'yes' }] });
    expect(JSON.stringify(document).match(/"line":[234]/g) ?? []).toHaveLength(count);
  });

  it('says why it would not load', async () => {
    using made = await practised();
    expect(await explained(made, '-w /nope/nope -p wa -k n')).toMatchObject({
      rules: [{ loads: false, refusal: { reason: expect.stringContaining('No such file') } }],
    });
  });
});

it('a rule explained where no file could be read does not claim that none has it', async () => {
  using made = await practised('no-auditd');
  const { stdout } = await on(made, '-w /etc/passwd -p wa');
  expect(stdout.replace(/\s+/g, ' ')).toContain('no rule file was read: auditctl is not installed');
});
