/** What a caller leaves us with: umask, closed streams, limits, a directory that is gone, their variables. */

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN } from '../support/cli.ts';
import { standing } from '../support/held.ts';
import { listedOn, practised, type Practised } from '../support/hosts.ts';

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `"$@"` of the script is dockaudit with these arguments. */
function bySh(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = '',
): Ended {
  return spawnSync('/bin/sh', ['-c', script, 'sh', process.execPath, BIN, ...args], {
    encoding: 'utf8',
    cwd: '/',
    input,
    env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', LANG: 'C.UTF-8', ...env },
  });
}

const demo = ({ directory }: Practised, ...args: readonly string[]) => [
  'demo',
  '--dir',
  directory,
  ...args,
];

function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8).padStart(4, '0');
}

describe.each(['0000', '0777'])('umask %s', (umask) => {
  const script = `umask ${umask}; exec "$@"`;

  it('opens neither journal nor before-images, and closes no rules', async () => {
    using made = await practised();
    expect(bySh(script, demo(made, '--yes')).status).toBe(0);
    const store = join(made.root, 'var/lib/dockaudit');
    const names = readdirSync(store, { recursive: true, encoding: 'utf8' });
    const paths = [store, ...names.map((name) => join(store, name))];
    const wrong = paths.filter(
      (path) => modeOf(path) !== (statSync(path).isDirectory() ? '0700' : '0600'),
    );
    expect(wrong).toEqual([]);
    expect(modeOf(join(made.root, 'etc/audit/rules.d/zz-docker.rules'))).toBe('0640');
    expect(modeOf(join(made.root, 'etc/audit/audit.rules'))).toBe('0640');
  });

  it('makes the directories above a store for its owner alone', async () => {
    using made = await practised();
    for (const path of ['proc', 'run', 'sys']) rmSync(join(made.root, path), { recursive: true });
    const top = join(made.directory, 'kept');
    const image = ['--root', made.root, '--state', join(top, 'a/b'), '--yes'];
    expect(bySh(script, image).status).toBe(0);
    const above = ['', 'a', 'a/b', 'a/b/changes'].map((name) => modeOf(join(top, name)));
    expect(above).toEqual(['0700', '0700', '0700', '0700']);
  });

  it('lets nobody write the compiled code that root will run', () => {
    const home = mkdtempSync(join(tmpdir(), 'dockaudit-home-'));
    try {
      const source = dirname(dirname(BIN));
      for (const name of ['package.json', 'bin/dockaudit.js', 'dist/main.cjs']) {
        mkdirSync(dirname(join(home, name)), { recursive: true });
        copyFileSync(join(source, name), join(home, name));
      }
      const program = join(home, 'bin/dockaudit.js');
      const ran = spawnSync('/bin/sh', [
        '-c',
        script,
        'sh',
        process.execPath,
        program,
        'demo',
        'check',
      ]);
      expect(ran.status).toBe(2);
      const cache = join(home, 'dist/cache');
      const names = readdirSync(cache, { recursive: true, encoding: 'utf8' });
      const all = [cache, ...names.map((name) => join(cache, name))];
      expect(all.length).toBeGreaterThan(1);
      expect(all.filter((path) => (statSync(path).mode & 0o022) !== 0)).toEqual([]);
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});

describe('streams that are closed', () => {
  it.each(['<&-', '>&-', '2>&-', '<&- >&- 2>&-', '>&- 2>&-'])(
    '%s: the change is made all the same',
    async (closed) => {
      using made = await practised();
      expect(bySh(`exec "$@" ${closed}`, demo(made, '--yes')).status).toBe(0);
      expect(await listedOn(made.host)).toHaveLength(3);
    },
  );

  it.each(['<&-', '</dev/null', '<&- >&- 2>&-'])(
    '%s: without --yes nothing is changed, and 2 says that edits wait',
    async (closed) => {
      using made = await practised();
      const before = await standing(made);
      const ended = bySh(`exec "$@" ${closed}`, demo(made));
      expect(ended.status).toBe(2);
      expect(await standing(made)).toEqual(before);
    },
  );

  it('a yes that comes through a pipe is no answer: the plan is shown', async () => {
    using made = await practised();
    const before = await standing(made);
    const ended = bySh('exec "$@"', demo(made), {}, 'y\n'.repeat(100));
    expect(ended.status).toBe(2);
    expect(ended.stdout).toContain('+-w /usr/sbin/dockerd -k docker');
    expect(ended.stderr).toContain('nobody could be asked');
    expect(await standing(made)).toEqual(before);
  });

  it('a reader that has left ends no change in the middle', async () => {
    using made = await practised();
    const ended = bySh('{ "$@"; echo "$?" >&3; } 3>&2 2>&1 | true', demo(made, '--yes'));
    expect(ended.stderr.trim()).toBe('0');
    expect(await listedOn(made.host)).toHaveLength(3);
  });
});

describe('a limit on the size of files', () => {
  // In blocks of 512 bytes: the lock, the first journal, a later line of it.
  it.each(['0', '1', '2', '4'])('%s blocks: the host is as before', async (blocks) => {
    using made = await practised();
    const before = await standing(made);
    const ended = bySh(`ulimit -f ${blocks}; exec "$@"`, demo(made, '--yes'));
    // 5 where the journal cannot take the line that says so.
    expect([1, 4, 5]).toContain(ended.status);
    expect(ended.stderr.replaceAll(/\s+/g, ' ')).toContain(
      'it would be larger than this process may write',
    );
    expect(await standing(made)).toEqual(before);
  });
});

describe('where the caller stands', () => {
  const gone = 'd=$(mktemp -d); cd "$d"; rmdir "$d"; exec "$@"';

  it('may be a directory that is gone', async () => {
    using made = await practised();
    expect(bySh(gone, demo(made, '--yes')).status).toBe(0);
    expect(await listedOn(made.host)).toHaveLength(3);
  });

  it.each([
    ['--dir', ['demo', '--dir', 'x', 'check']],
    ['--output', ['demo', 'check', '--output', 'x']],
    ['--plan', ['demo', '--yes', '--plan', 'x']],
    ['--templates', ['demo', 'check', '--templates', 'x']],
    ['--root', ['check', '--root', 'x']],
    ['--state', ['check', '--root', '/tmp', '--state', 'x']],
    ['the file of lint', ['demo', 'lint', 'x']],
  ])('%s cannot begin in one that is gone', (_, args) => {
    const ended = bySh(gone, args);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain('cannot tell where you are: the directory is gone');
  });

  it('decides nothing about the code that runs', async () => {
    using made = await practised();
    const owned = join(made.directory, 'owned');
    const trap = `require('node:fs').writeFileSync(${JSON.stringify(owned)}, '')`;
    const here = join(made.directory, 'trap');
    for (const name of ['execa', 'inquirer', 'listr2', 'diff', 'valibot']) {
      mkdirSync(join(here, 'node_modules', name), { recursive: true });
      writeFileSync(join(here, 'node_modules', name, 'index.js'), trap);
    }
    writeFileSync(join(here, 'package.json'), '{"type":"commonjs","main":"x.js"}');
    writeFileSync(join(here, '.npmrc'), 'script-shell=/bin/false\n');
    writeFileSync(join(here, '.env'), 'NODE_OPTIONS=--bad\n');
    const evil = join(here, 'bin');
    for (const name of ['auditctl', 'augenrules', 'systemctl', 'service', 'less', 'sh', 'awk']) {
      mkdirSync(evil, { recursive: true });
      writeFileSync(join(evil, name), `#!/bin/sh\n: >${owned}\n`);
      chmodSync(join(evil, name), 0o755);
    }
    const env = { PATH: `${evil}:.`, NODE_PATH: join(here, 'node_modules') };
    expect(bySh(`cd "${here}" && exec "$@"`, demo(made, '--yes'), env).status).toBe(0);
    expect(existsSync(owned)).toBe(false);
  });
});

describe('no escape codes', () => {
  it.each([
    ['NO_COLOR', { NO_COLOR: '1', TERM: 'xterm-256color' }, []],
    ['NO_COLOR beside FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '3', CLICOLOR_FORCE: '1' }, []],
    ['a dumb terminal', { TERM: 'dumb' }, []],
    ['a terminal that nobody knows', { TERM: '../../evil', COLUMNS: '-7', LINES: 'x' }, []],
    ['no terminal', {}, []],
    [
      'JSON, whatever is forced',
      { FORCE_COLOR: '3', CLICOLOR_FORCE: '1', TERM: 'xterm' },
      ['--format', 'json'],
    ],
    ['JSON, whatever is asked for', { TERM: 'xterm' }, ['--format', 'json', '--color', 'always']],
    ['--color never', { FORCE_COLOR: '3' }, ['--color', 'never']],
  ])('%s', async (_, env, more) => {
    using made = await practised();
    for (const command of [
      'check',
      'plan',
      'fix --yes',
      'history',
      'explain 1.2.3',
      'lint',
      'rollback --yes',
    ]) {
      const ended = bySh('exec "$@"', demo(made, ...command.split(' '), ...more), env);
      expect(ended.stdout, command).not.toContain('\x1b');
      expect([0, 2]).toContain(ended.status);
    }
  });
});

describe('a temporary directory', () => {
  it.each(['/nonexistent', '/dev/null', '/proc/self/mem'])('%s is told', (TMPDIR) => {
    const ended = bySh('exec "$@"', ['demo', 'check'], { TMPDIR });
    expect(ended.status).toBe(1);
    expect(ended.stderr.replaceAll(/\s+/g, ' ')).toContain(
      `cannot make a directory in '${TMPDIR}'`,
    );
  });
});
