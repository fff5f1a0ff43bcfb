/** What docs/safety.md lists is what strace sees: every file, program and socket of the whole road. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { begin, liveKernel } from '../support/kernel.ts';
import { watchCalls, type Seen } from '../support/system-calls.ts';

liveKernel();

const page = readFileSync(new URL('../../docs/safety.md', import.meta.url), 'utf8');
const home = fileURLToPath(new URL('../../', import.meta.url));
const state = mkdtempSync(join(tmpdir(), 'dockaudit-page-'));
afterAll(() => rmSync(state, { recursive: true }));

/** The caller's, of which nothing may reach a program that runs as root. */
const CALLER = {
  PATH: `${state}/evil:/usr/bin:/bin`,
  LD_LIBRARY_PATH: `${state}/evil`,
  NODE_PATH: `${state}/evil`,
  HOME: `${state}/evil`,
  XDG_STATE_HOME: `${state}/evil`,
  XDG_CONFIG_HOME: `${state}/evil`,
  TMPDIR: `${state}/evil`,
  PAGER: `${state}/evil/pager`,
  LESS: '-o/etc/owned',
  LESSOPEN: `|${state}/evil/open %s`,
  TERM: '../../evil',
  TZ: `:${state}/evil`,
  LANG: 'xx_XX.evil',
  COLUMNS: '-1',
  SUDO_USER: 'evil',
  SUDO_UID: '-1',
  npm_config_prefix: `${state}/evil`,
};

const ROAD = [
  'check',
  'plan',
  'fix --yes',
  'prove',
  'history',
  'lint',
  'explain 1.2.3',
  'rollback --yes',
];
const seen = new Map<string, Seen>();

beforeAll(async () => {
  await begin({ daemon: 'running' });
  for (const line of ROAD) {
    const args = line.startsWith('explain')
      ? line.split(' ')
      : [...line.split(' '), '--state', state];
    seen.set(line, await watchCalls(args, CALLER));
  }
}, 300_000);

/** Of all the runs, each once; the state's directory is named as it is by default. */
function all(part: (one: Seen) => readonly string[]): readonly string[] {
  const paths = [...seen.values()].flatMap(part);
  return [...new Set(paths.map((path) => path.replace(state, '/var/lib/dockaudit')))];
}

/** The rows of the table below the heading: the texts of their cells. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const part = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = part.split('\n').filter((line) => line.startsWith('| '));
  // Beneath the titles is a ruler, which begins with `| -`.
  return rows
    .slice(1)
    .filter((line) => !line.startsWith('| -'))
    .map((line) => line.slice(2).split(' | '));
}

function codes(cell = ''): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** `ID` is one name, `PID` a number, `…` anything; what ends with `/` is all that lies below. */
function patternOf(code: string): RegExp {
  const escaped = code.replaceAll(/[.*+?^$(){}|[\]\\]/g, String.raw`\$&`);
  const filled = escaped
    .replaceAll('PID', String.raw`\d+`)
    .replaceAll('ID', '[^/]+')
    .replaceAll('…', '.*');
  return new RegExp(code.endsWith('/') ? `^${filled}` : `^${filled}$`);
}

const READ = rowsBelow('What is read').flatMap(([where]) => codes(where));
const WRITTEN = rowsBelow('What is written').flatMap(([path]) => codes(path));

/** Also a directory on the way to what is listed, and what is beside it for a moment. */
function isListed(path: string, codesOfPage: readonly string[]): boolean {
  if (path.startsWith(home)) return true;
  const beside = WRITTEN.find((code) => code.startsWith('.dockaudit-')) ?? '';
  const directory = path.slice(0, path.lastIndexOf('/') + 1);
  const isTemporary = patternOf(beside).test(path.slice(directory.length));
  return codesOfPage.some(
    (code) =>
      patternOf(code).test(path) ||
      patternOf(code).test(`${path}/`) ||
      code.startsWith(`${path === '/' ? '' : path}/`) ||
      (isTemporary && (code.startsWith(directory) || patternOf(code).test(directory))),
  );
}

test('the road was gone to its end', () => {
  const ends = ROAD.map((line) => `${line}: ${seen.get(line)?.status}`);
  expect(ends).toEqual([
    'check: 2',
    'plan: 2',
    'fix --yes: 0',
    'prove: 0',
    'history: 0',
    'lint: 0',
    'explain 1.2.3: 0',
    'rollback --yes: 0',
  ]);
});

describe('what is read', () => {
  test('is listed', () => {
    expect(
      all(({ read }) => read).filter((path) => !isListed(path, [...READ, ...WRITTEN])),
    ).toEqual([]);
  });
  test.each([
    '/etc/audit/',
    '/usr/lib/systemd/',
    '/etc/init.d/auditd',
    '/etc/os-release',
    '/etc/fstab',
    '/proc/',
    '/usr/sbin/dockerd',
    '/var/lib/dockaudit/',
    '/run/dockaudit.lock',
  ])('%s is, and is on the page', (code) => {
    expect(READ).toContain(code);
    expect(all(({ read }) => read).some((path) => patternOf(code).test(path))).toBe(true);
  });
});

describe('what is written', () => {
  test('is listed', () => {
    const paths = all(({ written, writtenByChildren }) => [...written, ...writtenByChildren]);
    // The last is the new file itself, which cp and touch are given as a descriptor.
    const own = ['/dev/null', '/proc/self/oom_score_adj', '/dev/tty', '/proc/self/fd/1'];
    const silent = paths.filter(
      (path) => !own.includes(path) && !path.startsWith('/var/log/audit'),
    );
    expect(silent.filter((path) => !isListed(path, WRITTEN))).toEqual([]);
  });

  test.each([
    '/etc/audit/rules.d/zz-docker.rules',
    '/etc/audit/audit.rules',
    '/etc/audit/audit.rules.prev',
    '/var/lib/dockaudit/changes/ID/',
    '/run/dockaudit.lock',
    '/run/.dockaudit-PID-….out',
    '/tmp/aurules.…',
    '/var/run/auditd.pid',
  ])('%s is, and is on the page', (code) => {
    expect(WRITTEN).toContain(code);
    const paths = all(({ written, writtenByChildren }) => [...written, ...writtenByChildren]);
    expect(paths.some((path) => patternOf(code).test(path))).toBe(true);
  });

  test.each(['check', 'plan', 'prove', 'history', 'lint', 'explain 1.2.3'])(
    'nothing is by %s',
    (line) => {
      const paths = [
        ...(seen.get(line)?.written ?? []),
        ...(seen.get(line)?.writtenByChildren ?? []),
      ];
      expect(paths.filter((path) => !path.startsWith(home) && path !== '/dev/null')).toEqual([]);
    },
  );
});

interface Program {
  readonly names: readonly string[];
  readonly how: string;
}

/** `the same` stands for the programs of the row above. */
const PROGRAMS = rowsBelow('What is run').reduce<readonly Program[]>((rows, [which, how = '']) => {
  const names = codes(which);
  return [...rows, { names: names.length > 0 ? names : (rows.at(-1)?.names ?? []), how }];
}, []);

const DIRECTORIES = ['/usr/sbin/', '/usr/bin/', '/sbin/', '/bin/'];

function started() {
  return [...seen.values()].flatMap((one) => one.started);
}

describe('what is run', () => {
  test('is listed, with the first of its arguments, and comes from a directory of the system', () => {
    const silent = started().filter(({ argv: [program = '', ...args] }) => {
      const directory = DIRECTORIES.find((one) => program.startsWith(one)) ?? '';
      const verb = args[0] === 'auditd' ? args[1] : args[0];
      return !PROGRAMS.some(
        ({ names, how }) =>
          directory !== '' &&
          names.includes(program.slice(directory.length)) &&
          new RegExp(`(?:^|[\`\\s])${verb}(?![\\w-])`).test(how),
      );
    });
    expect(silent.map(({ argv }) => argv.join(' '))).toEqual([]);
  });

  test.each([
    'auditctl -s',
    'auditctl -l',
    'auditctl -v',
    'augenrules --load',
    'service auditd restart',
    'auditctl -W',
  ])('%s was', (wanted) => {
    const lines = started().map(({ argv }) => argv.join(' '));
    expect(lines.some((line) => line.includes(`/${wanted}`))).toBe(true);
  });

  test('has nothing of the environment of the caller', () => {
    const environments = new Set(started().map(({ env }) => env.toSorted().join(' ')));
    expect([...environments]).toEqual(['LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin']);
  });
});

test('no connection is opened: the kernel is spoken to by auditctl and auditd alone', () => {
  const sockets = all((one) => one.sockets);
  expect(sockets.filter((socket) => socket.startsWith('dockaudit '))).toEqual([]);
  expect(sockets.filter((socket) => socket.includes('AF_INET'))).toEqual([]);
  const speakers = sockets.filter((socket) => socket.includes('NETLINK_AUDIT'));
  const programs = speakers.map((socket) => socket.split(' ')[0]?.split('/').at(-1));
  expect(new Set(programs)).toEqual(new Set(['auditctl', 'auditd']));
});

test('what the caller left lying about is not used', () => {
  expect([...seen.values()].map(({ stderr }) => stderr).join('')).not.toContain('evil');
  const everything = all(({ read, written, writtenByChildren }) => [
    ...read,
    ...written,
    ...writtenByChildren,
  ]);
  expect(everything.filter((path) => path.includes('evil') || path === '/etc/owned')).toEqual([]);
});
