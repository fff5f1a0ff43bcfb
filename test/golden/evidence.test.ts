/** `--evidence` upon practice hosts: what a run leaves, what it hides, and what it never hinders. */

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { verifyDossier } from '../../src/dossier/verify.ts';
import { HostFailure } from '../../src/errors.ts';
import type { Host } from '../../src/host/host.ts';
import { absolutePath, join } from '../../src/paths.ts';
import { dockaudit } from '../support/golden.ts';
import { practised, type Practised } from '../support/hosts.ts';

const NOTHING = { hash: undefined, previous: undefined, allowed: undefined };

function schemaErrors(name: string, text: string) {
  const url = new URL(`../../templates/schema/${name}.schema.json`, import.meta.url);
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, validateFormats: false });
  const validate = ajv.compile(JSON.parse(readFileSync(url, 'utf8')));
  validate(JSON.parse(text));
  return validate.errors ?? [];
}

function textIn({ root }: Practised, path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

async function verify({ host }: Practised, directory: string, hash?: string) {
  return verifyDossier(host, absolutePath(directory), { ...NOTHING, hash });
}

const RULES = '/etc/audit/rules.d/audit.rules';
const EVIDENCE = ['--evidence', '/root/e'];

async function prepared(scenario = 'fresh'): Promise<Practised> {
  const made = await practised(scenario);
  mkdirSync(join(made.root, '/root'), { recursive: true });
  return made;
}

describe('evidence of a fix', () => {
  it('holds the host before and after, what differs, and the journal; its hash is told and noted', async () => {
    using made = await prepared();
    const ended = await dockaudit(made.host, ['fix', '--yes', '--format', 'json', ...EVIDENCE]);
    expect(ended.exit).toBe(0);
    const { manifest, sha256, alterations } = await verify(made, '/root/e');
    expect(alterations).toEqual([]);
    expect(ended.report).toMatchObject({
      evidence: { directory: '/root/e', sha256, previous: null },
    });
    expect(schemaErrors('report', ended.stdout)).toEqual([]);
    expect(schemaErrors('manifest', textIn(made, '/root/e/manifest.json'))).toEqual([]);
    expect(schemaErrors('report', textIn(made, '/root/e/report.json'))).toEqual([]);
    expect(manifest?.files.map(({ path }) => path)).toEqual([
      'after/files/etc/audit/audit.rules',
      'after/files/etc/audit/rules.d/audit.rules',
      'after/files/etc/audit/rules.d/zz-docker.rules',
      'after/status.txt',
      'after/table.txt',
      'before/files/etc/audit/audit.rules',
      'before/files/etc/audit/rules.d/audit.rules',
      'before/status.txt',
      'before/table.txt',
      'changes.patch',
      'journal.jsonl',
      'os-release',
      'report.json',
      'versions.json',
    ]);
    expect(textIn(made, '/root/e/before/table.txt')).toBe('No rules\n');
    expect(textIn(made, '/root/e/after/table.txt')).toMatch(/^-w \/usr\/bin\/dockerd /m);
    expect(textIn(made, '/root/e/after/files/etc/audit/rules.d/zz-docker.rules')).toBe(
      textIn(made, '/etc/audit/rules.d/zz-docker.rules'),
    );
    expect(textIn(made, '/root/e/changes.patch')).toMatch(
      /^\+\+\+ b\/etc\/audit\/rules.d\/zz-docker.rules$/m,
    );
    const machineId = textIn(made, '/etc/machine-id').trim();
    expect(machineId).toMatch(/^[\da-f]{32}$/);
    expect(textIn(made, '/root/e/report.json')).not.toContain(machineId);
    const [id = ''] = readdirSync(join(made.root, '/var/lib/dockaudit/changes'));
    const journal = textIn(made, `/var/lib/dockaudit/changes/${id}/journal.jsonl`);
    expect(journal.startsWith(textIn(made, '/root/e/journal.jsonl'))).toBe(true);
    expect(journal.trimEnd().split('\n').at(-1)).toContain(`"sha256":"${sha256}"`);
  });

  it('leaves the change as it was told: kept, and undone by a rollback with evidence of its own', async () => {
    using made = await prepared();
    await dockaudit(made.host, ['fix', '--yes', ...EVIDENCE]);
    const history = await dockaudit(made.host, ['history', '--format', 'json']);
    expect(history.report).toMatchObject({ changes: [{ state: 'kept' }] });
    const first = await verify(made, '/root/e');
    const undone = await dockaudit(made.host, ['rollback', '--yes', '--evidence', '/root/f']);
    expect(undone.exit).toBe(0);
    const second = await verify(made, '/root/f');
    expect(second.alterations).toEqual([]);
    expect(second.manifest?.previous).toBe(first.sha256);
    expect(second.manifest?.change).toBe(first.manifest?.change);
    expect(textIn(made, '/root/f/after/table.txt')).toBe('No rules\n');
    expect(existsSync(join(made.root, '/etc/audit/rules.d/zz-docker.rules'))).toBe(false);
  });

  it('of a change that went back tells that, with the exit status of the change', async () => {
    using made = await prepared('load-fails');
    const ended = await dockaudit(made.host, ['fix', '--yes', ...EVIDENCE]);
    expect(ended.exit).toBe(4);
    const { alterations } = await verify(made, '/root/e');
    expect(alterations).toEqual([]);
    expect(JSON.parse(textIn(made, '/root/e/report.json'))).toMatchObject({
      change: { state: 'rolledBack' },
      error: { class: 'ChangeFailure' },
      exitCode: 4,
    });
  });

  it('keeps a change that is kept when the disk is full afterwards, and exits 1', async () => {
    using made = await prepared();
    const full: Host = {
      ...made.host,
      replace: async (path, image) => {
        if (path.startsWith('/root/e/after')) throw new HostFailure('full', 'make room', 'ENOSPC');
        return made.host.replace(path, image);
      },
    };
    const ended = await dockaudit(full, ['fix', '--yes', '--format', 'json', ...EVIDENCE]);
    expect(ended.exit).toBe(1);
    expect(ended.report).toMatchObject({
      change: { state: 'kept' },
      evidence: { directory: '/root/e', error: { message: 'full' } },
      exitCode: 1,
    });
    expect(schemaErrors('report', ended.stdout)).toEqual([]);
    const { alterations } = await verify(made, '/root/e');
    expect(alterations).toMatchObject([{ kind: 'manifestUnreadable' }]);
  });
});

describe('evidence of a proof', () => {
  it('holds the records by which each control was proven', async () => {
    using made = await prepared('compliant');
    const ended = await dockaudit(made.host, ['prove', ...EVIDENCE]);
    expect(ended.exit).toBe(0);
    expect((await verify(made, '/root/e')).alterations).toEqual([]);
    expect(textIn(made, '/root/e/proof/1.2.3.log')).toMatch(/^type=PATH .*\/dockerd"/m);
  });
});

describe('evidence verify', () => {
  it('says in text and in JSON what was altered, and exits 2; nothing hostile reaches the terminal', async () => {
    using made = await prepared();
    await dockaudit(made.host, ['check', ...EVIDENCE]);
    const asked = ['evidence', 'verify', '/root/e'];
    const good = await dockaudit(made.host, [...asked, '--format', 'json']);
    expect(good).toMatchObject({ exit: 0, report: { alterations: [], compared: false } });
    expect(schemaErrors('verification', good.stdout)).toEqual([]);

    writeFileSync(join(made.root, '/root/e/x\x1b[31m'), '');
    writeFileSync(join(made.root, '/root/e/os-release'), 'ID=other\n');
    const altered = await dockaudit(made.host, [...asked, '--format', 'json']);
    expect(altered).toMatchObject({
      exit: 2,
      report: { alterations: [{ kind: 'resized', path: 'os-release' }, { kind: 'extra' }] },
    });
    expect(schemaErrors('verification', altered.stdout)).toEqual([]);
    const told = await dockaudit(made.host, asked);
    expect(told.exit).toBe(2);
    expect(told.stdout).toContain('Evidence in /root/e: 2 alterations');
    expect(told.stdout).toContain(String.raw`x\x1b[31m: a file that the manifest does not name`);
    expect(told.stdout).not.toContain('\x1b');
  });

  it('exits 1 where there is no evidence, and 64 without a directory', async () => {
    using made = await prepared();
    const asked = await dockaudit(made.host, ['evidence', 'verify', '/etc', '--format', 'json']);
    expect(asked).toMatchObject({ exit: 1, report: { manifest: null, sha256: null } });
    expect(schemaErrors('verification', asked.stdout)).toEqual([]);
    expect((await dockaudit(made.host, ['evidence', 'verify', '/nowhere'])).exit).toBe(1);
    expect((await dockaudit(made.host, ['evidence', '/root'])).exit).toBe(64);
  });
});

describe('a directory that will not do', () => {
  const REFUSED: readonly (readonly [string, (made: Practised) => void, number])[] = [
    [
      'is not empty',
      ({ root }) => {
        mkdirSync(join(root, '/root/e'));
        writeFileSync(join(root, '/root/e/x'), '');
      },
      64,
    ],
    ['is a file', ({ root }) => writeFileSync(join(root, '/root/e'), ''), 64],
    ['lies where others may write', ({ root }) => chmodSync(join(root, '/root'), 0o777), 1],
  ];

  it.each(REFUSED)('%s: nothing is changed', async (_title, prepare, exit) => {
    using made = await prepared();
    prepare(made);
    const ended = await dockaudit(made.host, ['fix', '--yes', ...EVIDENCE]);
    expect(ended.exit).toBe(exit);
    expect(ended.stdout).toContain("cannot write evidence to '/root/e'");
    expect(existsSync(join(made.root, '/etc/audit/rules.d/zz-docker.rules'))).toBe(false);
    expect(existsSync(join(made.root, '/var/lib/dockaudit/changes'))).toBe(false);
  });
});

describe('redacted evidence', () => {
  it('of a check holds our rules and no name, home or path of others', async () => {
    using made = await prepared('compliant');
    writeFileSync(
      join(made.root, RULES),
      '# bob asked for it\n-w /srv/acme -p wa -k theirs\n-w /home/bob/keys -p r\n',
      { flag: 'a' },
    );
    writeFileSync(join(made.root, '/etc/passwd'), 'bob:x:1001:1001::/home/bob:/bin/sh\n', {
      flag: 'a',
    });
    const ended = await dockaudit(made.host, ['check', '--redact', ...EVIDENCE]);
    const { alterations, manifest } = await verify(made, '/root/e');
    expect(alterations).toEqual([]);
    expect(manifest?.redacted).toBe(true);
    const texts = (manifest?.files ?? []).map(({ path }) => textIn(made, `/root/e/${path}`));
    expect(texts.join('\n')).not.toMatch(/acme|\bbob\b/);
    const listed = textIn(made, `/root/e/before/files${RULES}`);
    expect(listed).toContain('# (a comment of others)\n-w /redacted/path-');
    const report = JSON.parse(textIn(made, '/root/e/report.json'));
    expect(report).toMatchObject({ exitCode: ended.exit });
    expect(schemaErrors('report', JSON.stringify(report))).toEqual([]);
    expect(textIn(made, '/root/e/before/table.txt')).toContain('-w /usr/bin/dockerd ');
  });
});
