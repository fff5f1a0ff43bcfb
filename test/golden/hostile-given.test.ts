/** Plans, templates and images that were crafted to have us write, read or run something else. */

import { createHash } from 'node:crypto';
import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { standing } from '../support/held.ts';
import { practised, type Practised } from '../support/hosts.ts';

const OWN = fileURLToPath(new URL('../support/own-templates', import.meta.url));

const planned = (argv: unknown, plan: unknown = {}) => JSON.stringify({ run: { argv }, plan });
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('a plan file that was crafted', () => {
  it.each<[situation: string, text: string]>([
    ['names a file elsewhere', planned(['plan', '--file', '../../cron.d/x.rules'])],
    ['names an absolute file', planned(['plan', '--file', '/etc/cron.d/x.rules'])],
    ['has a key of two lines', planned(['plan', '--key', 'a\n-w /etc/shadow'])],
    ['has a key with a NUL', planned(['plan', '--key', 'a\0b'])],
    ['has templates with a NUL in their path', planned(['plan', '--templates', '/srv/a\0b'])],
    ['has templates that are none', planned(['plan', '--templates', '/proc/self'])],
    ['names a benchmark by a path', planned(['plan', '--benchmark', '../../../etc/passwd'])],
    ['has an option that nobody knows', planned(['plan', '--exec', 'reboot'])],
    ['has words that are none', planned([{ toString: 'x' }])],
    ['has no list of words', planned('plan --yes')],
    ['is nested deeper than anybody reads', `{"run":{"argv":["plan"]},"plan":${deep(200_000)}}`],
    ['is nested and has no end', '['.repeat(1_000_000)],
    ['is of NULs', '\0'.repeat(100)],
    ['is a list', '[]'],
    ['is nothing', ''],
    ['is null', 'null'],
  ])('%s: 64', async (_, text) => {
    using made = await practised();
    const file = join(made.directory, 'plan.json');
    writeFileSync(file, text);
    const before = await standing(made);
    const ended = await cli(['demo', '--dir', made.directory, '--yes', '--plan', file]);
    expect(ended.exit, ended.stderr).toBe(64);
    expect(await standing(made)).toEqual(before);
  });

  it('proposes something else than we would: nothing of it is done', async () => {
    using made = await practised();
    const file = join(made.directory, 'plan.json');
    await cli(['demo', '--dir', made.directory, 'plan', '--format', 'json', '--output', file]);
    const document: { plan: { commands: unknown; edits: { path: string }[] } } = JSON.parse(
      readFileSync(file, 'utf8'),
    );
    document.plan.commands = [['/bin/touch', join(made.directory, 'owned')]];
    for (const edit of document.plan.edits) edit.path = join(made.directory, 'owned');
    const text = JSON.stringify(document).replace('{', '{"__proto__":{"yes":true},');
    writeFileSync(file, text);
    const before = await standing(made);
    const ended = await cli(['demo', '--dir', made.directory, '--yes', '--plan', file]);
    expect(ended.exit).toBe(1);
    expect(ended.stderr.replaceAll(/\s+/g, ' ')).toContain('no longer what the plan was made from');
    expect(await standing(made)).toEqual(before);
    expect(readdirSync(made.directory)).not.toContain('owned');
  });
});

describe('templates that were crafted', () => {
  const control: Record<string, unknown> = JSON.parse(
    readFileSync(join(OWN, 'controls/podman.json'), 'utf8'),
  );
  const changed = (change: object) => JSON.stringify({ ...control, ...change });
  it.each<[situation: string, name: string, text: string]>([
    ['a path that climbs', 'podman.json', changed({ literalPath: '/usr/../etc/shadow' })],
    ['a path of two lines', 'podman.json', changed({ literalPath: '/usr/x\n-D' })],
    ['a path with a blank', 'podman.json', changed({ literalPath: '/usr/x -p r' })],
    ['a path with a NUL', 'podman.json', changed({ literalPath: '/usr/x\0' })],
    ['a place that climbs', 'podman.json', changed({ place: { kind: 'path', path: '/a/../b' } })],
    [
      'a program with a slash',
      'podman.json',
      changed({ place: { kind: 'program', name: '../x' } }),
    ],
    [
      'a unit with a slash',
      'podman.json',
      changed({ place: { kind: 'unit', unit: '../x.service' } }),
    ],
    [
      'a unit that is an option',
      'podman.json',
      changed({ place: { kind: 'unit', unit: '--help.service' } }),
    ],
    ['a text that steers', 'podman.json', changed({ title: '\u001b]0;owned\u0007' })],
    ['a field that nobody knows', 'podman.json', changed({ command: 'reboot' })],
    ['a prototype', 'podman.json', JSON.stringify(control).replace('{', '{"__proto__":{"x":1},')],
    ['JSON nested without end', 'podman.json', deep(100_000)],
    ['more than a template holds', 'podman.json', `${' '.repeat(300 * 1024)}{}`],
    ['a name that is a path', '..json', '{}'],
    ['a name that steers', '\u001b[31m.json', '{}'],
  ])('%s: 64', async (_, name, text) => {
    using made = await practised();
    const own = join(made.directory, 'own');
    cpSync(OWN, own, { recursive: true });
    writeFileSync(join(own, 'controls', name), text);
    const before = await standing(made);
    const book = ['--benchmark', 'acme-containers-2.0', '--all', '--templates', own];
    const ended = await cli(['demo', '--dir', made.directory, '--yes', ...book]);
    expect(ended.exit, ended.stderr).toBe(64);
    expect(await standing(made)).toEqual(before);
  });

  it.each(['controls', 'benchmarks'])(
    '%s that lead to a FIFO or a device are not waited for',
    async (folder) => {
      using made = await practised();
      const own = join(made.directory, 'own');
      cpSync(OWN, own, { recursive: true });
      symlinkSync('/dev/zero', join(own, folder, 'zero.json'));
      const ended = await cli(['demo', '--dir', made.directory, 'check', '--templates', own]);
      expect(ended.exit).toBe(1);
      expect(ended.stderr.replaceAll(/\s+/g, ' ')).toContain('it is not a regular file');
    },
  );
});

/** All below `folder`: kind, and what it holds. */
function inventory(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(names.map((name) => [name, tell(join(folder, name))]));
}

function tell(path: string): string {
  const entry = lstatSync(path);
  if (entry.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (!entry.isFile()) return 'directory';
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

describe('an image whose links lead outside', () => {
  const SECRET = 'PRETTY_NAME=a-secret\n-w /a-secret -k a-secret\n{"data-root":"/a-secret"}\n';
  /** Where in the image the link stands, and what outside it means to reach. */
  it.each<[place: string, target: (made: Practised) => string]>([
    ['/etc/audit', ({ directory }) => join(directory, 'outside/audit')],
    ['/etc/audit/rules.d', ({ directory }) => join(directory, 'outside/audit/rules.d')],
    ['/etc/audit/rules.d/20-x.rules', ({ directory }) => join(directory, 'outside/file')],
    ['/etc/audit/audit.rules', () => '../../../outside/file'],
    ['/etc/audit/rules.d/zz-docker.rules', () => '../../../../outside/file'],
    ['/etc', ({ directory }) => join(directory, 'outside')],
    ['/etc', () => '../outside'],
    ['/etc/os-release', () => '../../outside/file'],
    ['/etc/docker', ({ directory }) => join(directory, 'outside')],
    ['/etc/docker/daemon.json', () => '../../../outside/file'],
    ['/usr/lib/systemd/system', ({ directory }) => join(directory, 'outside')],
    ['/usr', () => '/proc/self/root/usr'],
    ['/etc/audit', () => '/proc/self/cwd'],
    ['/etc/audit/auditd.conf', () => '/proc/self/environ'],
    ['/etc/audit', () => '../../../../../../../../../../../../tmp'],
  ])('at %s: nothing there is read or written', async (place, target) => {
    using made = await practised();
    const outside = join(made.directory, 'outside');
    mkdirSync(join(outside, 'audit/rules.d'), { recursive: true });
    for (const name of [
      'file',
      'audit/rules.d/x.rules',
      'audit/audit.rules',
      'os-release',
      'daemon.json',
    ])
      writeFileSync(join(outside, name), SECRET);
    rmSync(join(made.root, place), { recursive: true, force: true });
    symlinkSync(target(made), join(made.root, place));
    const before = inventory(outside);
    const names = readdirSync(made.directory);
    const state = ['--state', join(made.directory, 'state')];
    for (const command of [
      ['check', '--all'],
      ['plan'],
      ['fix', '--yes'],
      ['rollback', '--yes'],
      ['lint'],
    ])
      for (const format of ['text', 'json']) {
        const ended = await cli([...command, '--root', made.root, ...state, '--format', format]);
        expect(ended.stdout + ended.stderr).not.toContain('a-secret');
        expect(ended.stderr).not.toContain('a bug of ours');
      }
    expect(inventory(outside)).toEqual(before);
    expect(readdirSync(made.directory).filter((name) => !names.includes(name))).toEqual(['state']);
  });
});
