import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { openScreen, type ScreenOptions } from '../support/screen.ts';

const SESSION = fileURLToPath(new URL('../support/session.ts', import.meta.url));
const DIFF = Array.from({ length: 40 }, (_, index) => `+line ${index} of the diff`);
/** Keys that come before a prompt listens are lost, as they should be. */
const LISTENS_MS = 200;

function start(args: readonly string[] = [], options: Partial<ScreenOptions> = {}) {
  const screen = openScreen({ argv: [process.execPath, SESSION, ...args], ...options });
  const answer = async (question: string, keys: string) => {
    await screen.waitFor(question);
    await new Promise((resolve) => setTimeout(resolve, LISTENS_MS));
    screen.type(keys);
  };
  return { ...screen, answer };
}

describe('a session', () => {
  it.each([80, 200])('keeps all its text at %i columns: diff, prompt, steps', async (columns) => {
    const screen = start([], { columns });
    await screen.answer('Which controls', '\r');
    await screen.answer('Apply?', 'y\r');
    expect(await screen.ended()).toBe(0);
    expect(screen.text().split('\n')).toEqual([
      '',
      '✔ Which controls shall be fixed? 1.2.3, 1.2.7',
      'chosen: 1.2.3 1.2.7',
      ...DIFF,
      '',
      '✔ Apply? Yes',
      'sure: true',
      '✔ Back up: 7 bytes (1.2 s)',
      '✔ Write: 5 bytes (1.2 s)',
      '✔ Load: 4 bytes (1.2 s)',
      '✔ Restart auditd: 14 bytes (1.2 s)',
      '',
      'the end',
    ]);
    expect(screen.cursorHidden()).toBe(false);
  });

  it('takes enter alone as no', async () => {
    const screen = start();
    await screen.answer('Which controls', '\r');
    await screen.answer('Apply? (y/N)', '\r');
    expect(await screen.ended()).toBe(0);
    expect(screen.text()).toMatch(/Apply\? No\nsure: false$/);
  });

  it('fixes only what stays chosen', async () => {
    const screen = start();
    await screen.answer('Which controls', '\x1b[B \r');
    await screen.answer('Apply?', '\r');
    await screen.ended();
    expect(screen.text()).toContain('chosen: 1.2.3\n');
  });

  it('shows a step that failed with its detail, and goes on', async () => {
    const screen = start(['fails']);
    expect(await screen.ended()).toBe(0);
    expect(screen.text().split('\n')).toEqual([
      '✔ Back up: 7 bytes (1.2 s)',
      '✔ Write: 5 bytes (1.2 s)',
      '✘ Load: line 3: no such field (1.2 s)',
      '✔ Roll back: 2 files restored (40 ms)',
      '',
      'the end',
    ]);
  });

  it('has no colour with NO_COLOR', async () => {
    const screen = start([], { env: { NO_COLOR: '1' } });
    await screen.answer('Which controls', '\r');
    await screen.answer('Apply?', 'y\r');
    expect(await screen.ended()).toBe(0);
    // oxlint-disable-next-line no-control-regex -- finding colours is the point
    expect(screen.raw()).not.toMatch(/\x1b\[[0-9;]*m/);
    expect(screen.text()).toMatch(/✔ done {4}Restart auditd: 14 bytes \(1\.2 s\)\nthe end$/);
  });

  it.each([
    ['--color never', ['session', '--no-color'], {}],
    ['TERM=dumb', [], { TERM: 'dumb' }],
  ])('is plain lines with %s: nothing is drawn twice', async (_how, args, env) => {
    const screen = start(args, { env });
    await screen.answer('1.2.3, 1.2.7:', '1.2.9\r');
    await screen.waitFor(/1\.2\.9\n.*1\.2\.3, 1\.2\.7:/);
    await screen.answer('1.2.3, 1.2.7:', '1.2.7\r');
    await screen.answer('Apply? (y/N)', 'y\r');
    expect(await screen.ended()).toBe(0);
    expect(screen.raw()).not.toContain('\x1b');
    expect(screen.text().split('\n').slice(0, 8)).toEqual([
      '',
      'Which controls shall be fixed?',
      '  1.2.3  The Docker daemon: no rule watches it',
      String.raw`  1.2.7  docker.socket: no rule \x1b[31mwatches it`,
      'Enter for all, none, or some of 1.2.3, 1.2.7: 1.2.9',
      'Enter for all, none, or some of 1.2.3, 1.2.7: 1.2.7',
      'chosen: 1.2.7',
      '+line 0 of the diff',
    ]);
  });

  it.each([
    ['\x03', 130, /Interrupted 130$/],
    ['\x04', 0, /sure: false$/],
    ['\r', 0, /sure: false$/],
  ])('in plain lines is left by %j too', async (key, status, expected) => {
    const screen = start([], { env: { TERM: 'dumb' } });
    await screen.answer('1.2.3, 1.2.7:', '\r');
    await screen.answer('Apply? (y/N)', key);
    expect(await screen.ended()).toBe(status);
    expect(screen.text()).toMatch(expected);
  });

  it('never lets text of the host steer the terminal', async () => {
    const screen = start([], { env: { NO_COLOR: '1' } });
    await screen.answer('Which controls', '\x1b[B');
    await screen.waitFor(String.raw`no rule \x1b[31mwatches it`);
    screen.type('\x03');
    await screen.ended();
    expect(screen.raw()).not.toContain('\x1b[31m');
  });
});

describe('one choice of several', () => {
  it.each([
    ['the first by enter alone', '\r', 'before'],
    ['another by an arrow', '\x1b[B\r', 'after'],
    ['none where input ends', '\x04', 'undefined'],
  ])('is %s', async (_how, keys, picked) => {
    const screen = start(['picks'], { env: { NO_COLOR: '1' } });
    await screen.answer('How shall it end?', keys);
    expect(await screen.ended()).toBe(0);
    expect(screen.text()).toMatch(new RegExp(`picked: ${picked}$`));
    expect(screen.raw()).not.toContain('\x1b[31m');
    expect(screen.cursorHidden()).toBe(false);
  });

  it.each([
    ['\r', 'before'],
    ['after\r', 'after'],
    ['\x04', 'undefined'],
  ])('in plain lines is taken from %j', async (keys, picked) => {
    const screen = start(['picks'], { env: { TERM: 'dumb' } });
    await screen.answer('or one of before, after:', 'later\r');
    await screen.waitFor(/later\n.*or one of/);
    await screen.answer('or one of before, after:', keys);
    expect(await screen.ended()).toBe(0);
    expect(screen.raw()).not.toContain('\x1b');
    expect(screen.text()).toMatch(new RegExp(`picked: ${picked}$`));
    expect(screen.text()).toContain('  before: as before it (all goes back)\n');
  });

  it('is left by Ctrl-C', async () => {
    const screen = start(['picks']);
    await screen.answer('How shall it end?', '\x03');
    expect(await screen.ended()).toBe(130);
  });
});

describe('a prompt that is left', () => {
  it('by Ctrl-C at the list', async () => {
    const screen = start();
    await screen.answer('Which controls', '\x03');
    expect(await screen.ended()).toBe(130);
    expect(screen.text()).toMatch(/Interrupted 130$/);
    expect(screen.cursorHidden()).toBe(false);
  });

  it('by Ctrl-D at the list: nothing is chosen', async () => {
    const screen = start();
    await screen.answer('Which controls', '\x04');
    await screen.answer('Apply?', '\r');
    expect(await screen.ended()).toBe(0);
    expect(screen.text()).toContain('chosen:\n');
    expect(screen.cursorHidden()).toBe(false);
  });

  it.each([
    ['Ctrl-C', '\x03', 130, /Interrupted 130$/],
    ['Ctrl-D', '\x04', 0, /sure: false$/],
    ['Ctrl-C after a letter', 'y\x03', 130, /Interrupted 130$/],
  ])('by %s at the last question', async (_name, keys, status, expected) => {
    const screen = start();
    await screen.answer('Which controls', '\r');
    await screen.answer('Apply?', keys);
    expect(await screen.ended()).toBe(status);
    expect(screen.text()).toMatch(expected);
    expect(screen.cursorHidden()).toBe(false);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('by %s', async (name, status) => {
    const screen = start();
    await screen.waitFor('submit');
    screen.signal(name);
    expect(await screen.ended()).toBe(status);
    expect(screen.cursorHidden()).toBe(false);
  });

  it('by Ctrl-Z, and is there again after fg', async () => {
    const screen = openScreen({ argv: ['bash', '--norc', '-i'], env: { PS1: '$ ' } });
    screen.type(`${process.execPath} ${SESSION}\r`);
    await screen.waitFor('submit');
    screen.type('\x1a');
    await screen.waitFor('Stopped');
    screen.type('fg\r');
    await new Promise((resolve) => setTimeout(resolve, LISTENS_MS * 2));
    screen.type('\r');
    await screen.waitFor('chosen: 1.2.3 1.2.7');
    await screen.waitFor('Apply?');
    await new Promise((resolve) => setTimeout(resolve, LISTENS_MS));
    screen.type('n\r');
    await screen.waitFor('sure: false');
    screen.type('exit 7\r');
    expect(await screen.ended()).toBe(7);
  });
});

describe('without a terminal', () => {
  it('nobody is asked, whatever stands on stdin', async () => {
    const child = promisify(execFile)('sh', ['-c', `yes | ${process.execPath} ${SESSION}`]);
    expect(await child).toEqual({ stdout: '', stderr: 'nobody to ask\n' });
  });

  it('asking all the same is a bug of ours', async () => {
    const run = promisify(execFile)('sh', ['-c', `yes | ${process.execPath} ${SESSION} asks`]);
    await expect(run).rejects.toThrow('a question was asked where nobody can answer');
  });

  it('--no-input asks nothing on a terminal either', async () => {
    const screen = start(['session', '--no-input']);
    expect(await screen.ended()).toBe(0);
    expect(screen.text()).toBe('nobody to ask');
  });

  it('steps are lines on stderr, and --quiet has none', async () => {
    const run = promisify(execFile);
    const { stdout, stderr } = await run(process.execPath, [SESSION, 'fails'], {
      env: { PATH: process.env['PATH'] },
    });
    expect(stdout).toBe('the end\n');
    expect(stderr.split('\n')).toEqual([
      'done    Back up: 7 bytes (1.2 s)',
      'done    Write: 5 bytes (1.2 s)',
      'failed  Load: line 3: no such field (1.2 s)',
      'done    Roll back: 2 files restored (40 ms)',
      '',
    ]);
    const quiet = await run(process.execPath, [SESSION, 'fails', '--quiet']);
    expect(quiet).toEqual({ stdout: 'the end\n', stderr: '' });
  });

  it('a reader that leaves early is no trouble', async () => {
    const line = `${process.execPath} ${SESSION} flood --no-input | head -1`;
    const { stdout, stderr } = await promisify(execFile)('bash', ['-o', 'pipefail', '-c', line]);
    expect([stdout, stderr]).toEqual(['+line 0 of the diff\n', '']);
  });
});

describe('long text', () => {
  it('scrolls in less, whatever PAGER, LESS and LESSOPEN say', async () => {
    const env = { PAGER: 'false', LESS: '-N', LESSOPEN: '|echo pwned' };
    const screen = start(['page'], { env });
    await screen.waitFor('q: go on');
    expect(screen.text()).toContain('+line 22 of the diff');
    expect(screen.text()).not.toMatch(/line 30|pwned|^ *1 /m);
    screen.type('q');
    expect(await screen.ended()).toBe(0);
  });

  it('that fits is said at once', async () => {
    const screen = start(['page'], { rows: 60 });
    expect(await screen.ended()).toBe(0);
    expect(screen.text().split('\n')).toEqual(DIFF);
  });

  it('outlives Ctrl-C in less', async () => {
    const screen = start(['page']);
    await screen.waitFor('q: go on');
    screen.type('\x03');
    await new Promise((resolve) => setTimeout(resolve, LISTENS_MS));
    screen.type('q');
    expect(await screen.ended()).toBe(0);
  });
});
