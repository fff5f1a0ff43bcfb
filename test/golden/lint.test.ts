/** `lint` as a person starts it: exit statuses, the document, and what it says of hostile files. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { practised } from '../support/hosts.ts';

const schema = new URL('../../templates/schema/lint.schema.json', import.meta.url);
const validate = new Ajv2020({ allErrors: true, validateFormats: false }).compile(
  JSON.parse(readFileSync(schema, 'utf8')),
);

const directory = mkdtempSync(join(tmpdir(), 'dockaudit-lint-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, bytes: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

const CLEAN = file('clean.rules', '-D\n-a always,exit -F dir=/etc -F perm=wa -F key=etc\n');
const FAULTY = file('faulty.rules', '-D\n-w /etc -p wa -k etc # all of it\n');
const HINT = file('hint.rules', '-w /etc/passwd -p wa -k id\n');
const HOSTILE = file(
  'hostile.rules',
  Buffer.from('-D\n-w /etc/\x1b[31m -k "\xff"\n-w nope\xe2\x80\xae\n', 'latin1'),
);

describe('lint FILE', () => {
  it.each([
    ['a clean file', [CLEAN], 0],
    ['a hint', [HINT], 0],
    ['nothing on standard input', ['-'], 0],
    ['a flaw', [FAULTY], 2],
    ['a flaw that must not count', [FAULTY, '--exit-zero'], 0],
    ['a clean file and a flaw', [CLEAN, FAULTY], 2],
    ['a file that is not there', [join(directory, 'nope')], 1],
    ['a flaw and a directory', [FAULTY, directory], 1],
    ['an option that is unknown', [CLEAN, '--fil=x'], 64],
  ])('%s', async (_, args, status) => {
    expect((await cli(['lint', ...args])).exit).toBe(status);
  });

  it('points at file, line and column', async () => {
    const { stdout } = await cli(['lint', FAULTY]);
    expect(stdout).toContain(`${FAULTY}:2:22: does not load [trailingComment]`);
    expect(stdout).toContain('mend: put the comment on a line of its own');
  });

  it('writes one document as its schema says, whatever the file holds', async () => {
    const { stdout, exit } = await cli(['lint', HOSTILE, CLEAN, '/nope', '--format', 'json']);
    const document: unknown = JSON.parse(stdout);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(document).toMatchObject({
      exitCode: 1,
      loader: 'auditctl',
      files: [
        { path: HOSTILE, lines: 3 },
        { path: CLEAN, lines: 2 },
      ],
      unreadable: [{ path: '/nope' }],
      flaws: expect.arrayContaining([
        expect.objectContaining({
          kind: 'quotes',
          severity: 'misread',
          file: HOSTILE,
          line: 2,
          column: 18,
        }),
        expect.objectContaining({ kind: 'refused', severity: 'refused', file: HOSTILE, line: 3 }),
      ]),
    });
    expect(exit).toBe(1);
  });

  it('lets nothing of a file reach the terminal', async () => {
    const { stdout } = await cli(['lint', HOSTILE]);
    // eslint-disable-next-line no-control-regex -- finding control characters is the point
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ufffd]/);
    expect(stdout).toContain(String.raw`\x1b[31m`);
  });
});

describe('lint', () => {
  it('reads what the loader of the host reads', async () => {
    using made = await practised();
    const rules = `${made.root}/etc/audit/rules.d`;
    writeFileSync(`${rules}/10-a.rules`, '-w /etc/passwd -p wa -k a');
    writeFileSync(`${rules}/20-b.rules`, '-w /etc/group -p wa -k b\n');
    writeFileSync(`${rules}/30 c.rules`, '-w /etc/shadow -p wa -k c\n');
    const { stdout, exit } = await cli([
      'demo',
      '--dir',
      made.directory,
      'lint',
      '--format',
      'json',
    ]);
    const document: unknown = JSON.parse(stdout);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
    expect(exit).toBe(2);
    expect(document).toMatchObject({
      loader: 'augenrules',
      flaws: expect.arrayContaining([
        expect.objectContaining({
          kind: 'glued',
          severity: 'refused',
          file: '/etc/audit/rules.d/10-a.rules',
          line: 1,
          column: 26,
          other: { file: '/etc/audit/rules.d/20-b.rules', line: 1 },
        }),
        expect.objectContaining({
          kind: 'skippedFile',
          file: '/etc/audit/rules.d/30 c.rules',
        }),
      ]),
    });
  });

  it('is clean on a host as it was installed', async () => {
    using made = await practised();
    expect((await cli(['demo', '--dir', made.directory, 'lint'])).exit).toBe(0);
  });

  it('says so where nothing loads rules', async () => {
    using made = await practised('no-auditd');
    const { exit, stderr } = await cli(['demo', '--dir', made.directory, 'lint']);
    expect(exit).toBe(1);
    expect(stderr).toContain('cannot lint the rules of this host');
  });
});

it('counts a last line that has no end', async () => {
  const open = file('open.rules', '-D\n-w /etc/passwd -p wa -k id');
  const { stdout } = await cli(['lint', '--format', 'json', open, file('empty.rules', '')]);
  expect(JSON.parse(stdout)).toMatchObject({ files: [{ lines: 2 }, { lines: 0 }] });
});
