/** The real program on the practice host, in a real terminal: keys in, screen out. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { practiceHost } from '../../src/host/practice.ts';
import { absolutePath } from '../../src/paths.ts';
import { listedOn, type } from '../support/hosts.ts';
import { openScreen, type Screen, type ScreenOptions } from '../support/screen.ts';

const BIN = fileURLToPath(new URL('../../bin/dockaudit.js', import.meta.url));
const JUDGED =
  '2 of the 10 audit-rule controls of CIS Docker 1.2.0 (1.1.3 and 1.1.9 in later versions); nothing else of the benchmark was judged.';
/** Keys that come before a prompt listens are lost, as they should be. */
const LISTENS_MS = 250;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dockaudit-terminal-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function start(args: readonly string[], options: Partial<ScreenOptions> = {}): Screen {
  const demo = ['demo', '--dir', join(directory, 'host'), ...args] as const;
  // Taller than all that is said, so that no pager opens unless a test wants one.
  return openScreen({ argv: [process.execPath, BIN, ...demo], rows: 120, ...options });
}

async function answer(screen: Screen, question: string, keys: string): Promise<void> {
  await screen.waitFor(question);
  await new Promise((resolve) => setTimeout(resolve, LISTENS_MS));
  screen.type(keys);
}

/** The screen without its line breaks: what a narrow one wraps. */
function flat(screen: Screen): string {
  return screen.text().replace(/\s+/g, ' ');
}

describe('the fix session', () => {
  it.each([80, 200])(
    'goes from a missing rule to a verified one at %i columns',
    async (columns) => {
      const screen = start([], { columns });
      await answer(screen, 'Which controls', '\r');
      await answer(screen, 'Apply?', 'y\r');
      expect(await screen.ended()).toBe(0);
      const text = flat(screen);
      expect(text.split(JUDGED)).toHaveLength(3);
      expect(text).toContain('Verdicts: 2 fail');
      expect(text).toContain('+-w /usr/sbin/dockerd -k docker');
      expect(text).toContain('+++ b/etc/audit/audit.rules');
      expect(text).toContain('✔ judge the host again: every promise is kept');
      expect(text).toContain('✔ prove by an event at each place: 2 recorded');
      expect(text).toMatch(/1\.2\.3 ✘ fail → ✔ pass/);
      expect(text).toContain('Proof: 2 recorded');
      expect(text.replaceAll(' ', '')).toMatch(/rollback\d{8}T\d{6}Z-/);
      expect(
        screen
          .text()
          .split('\n')
          .every((line) => line.length <= columns),
      ).toBe(true);
      expect(screen.cursorHidden()).toBe(false);
    },
  );

  it('proves nothing where that is left out', async () => {
    const screen = start(['--no-prove']);
    await answer(screen, 'Which controls', '\r');
    await answer(screen, 'Apply?', 'y\r');
    expect(await screen.ended()).toBe(0);
    expect(flat(screen)).not.toMatch(/prove by|Proof:/);
  });

  it('changes nothing when the answer is enter alone', async () => {
    const screen = start([]);
    await answer(screen, 'Which controls', '\r');
    await answer(screen, 'Apply?', '\r');
    expect(await screen.ended()).toBe(2);
    expect(screen.text()).toContain('Nothing was changed.');
  });

  it.each([
    ['the choice', []],
    ['the last question', ['\r']],
  ])('ends with 130 at Ctrl-C in %s, and nothing is changed', async (_, before) => {
    const screen = start([]);
    for (const keys of before) await answer(screen, 'Which controls', keys);
    await answer(screen, before.length === 0 ? 'Which controls' : 'Apply?', '\x03');
    expect(await screen.ended()).toBe(130);
    expect(screen.cursorHidden()).toBe(false);
    const check = start(['check']);
    expect(await check.ended()).toBe(2);
    expect(check.text()).toContain('Verdicts: 2 fail');
  });

  it('asks whether what silences is taken out of force; enter alone leaves it', async () => {
    const screen = start(['--scenario', 'suppressed']);
    await answer(screen, 'Take that out of force? (y/N)', '\r');
    expect(await screen.ended()).toBe(2);
    const text = flat(screen);
    expect(text).toContain('/etc/audit/rules.d/10-no-audit.rules:2 -a task,never');
    expect(text).toContain('Nothing was changed.');
    expect(text).not.toContain('Apply?');
  });

  it('takes it out of force after both questions', async () => {
    const screen = start(['--scenario', 'suppressed']);
    await answer(screen, 'Take that out of force?', 'y\r');
    await answer(screen, 'Which controls', '\r');
    await answer(screen, 'Apply?', 'y\r');
    expect(await screen.ended()).toBe(3);
    const text = flat(screen);
    expect(text).toContain('+# -a task,never');
    expect(text).toMatch(/1\.2\.3 ✘ fail → ◷ pending/);
    expect(text).toContain('dockerd (pid 731)');
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    'ends at once by %s while the plan is read, and nothing is changed',
    async (name, status) => {
      const screen = start([], { rows: 24 });
      await answer(screen, 'Which controls', '\r');
      await screen.waitFor('q: go on');
      screen.signal(name);
      expect(await screen.ended()).toBe(status);
      expect(screen.text()).not.toContain('Apply?');
    },
  );

  it('scrolls a long plan in a pager and asks afterwards', async () => {
    const screen = start([], { rows: 24 });
    await answer(screen, 'Which controls', '\r');
    await screen.waitFor('q: go on');
    screen.type('q');
    await answer(screen, 'Apply?', 'n\r');
    expect(await screen.ended()).toBe(2);
  });

  it('says only plain lines with --color never', async () => {
    const screen = start(['--color', 'never', '--yes']);
    expect(await screen.ended()).toBe(0);
    expect(screen.raw()).not.toContain('\x1b[');
  });

  it.each(['NO_COLOR', 'TERM'])('draws no colour under %s', async (name) => {
    const env = name === 'TERM' ? { TERM: 'dumb' } : { NO_COLOR: '1' };
    const screen = start(['check'], { env });
    expect(await screen.ended()).toBe(2);
    // eslint-disable-next-line no-control-regex -- colour is what is looked for
    expect(screen.raw()).not.toMatch(/\x1b\[[\d;]*m/);
  });
});

describe("the question for the book's own lines", () => {
  const QUESTION = '1.2.3 and 1.2.7 pass by meaning only.';

  beforeEach(async () => {
    await start(['check']).ended();
    const rules = ['-w /usr/sbin -p wxa -k bins', '-w /usr/lib/systemd -p wa -k units', ''];
    writeFileSync(join(directory, 'host/root/etc/audit/rules.d/50-all.rules'), rules.join('\n'));
    const host = await practiceHost(absolutePath(join(directory, 'host')));
    await type(host, '/usr/bin/systemctl reboot');
  });

  it('is asked where controls pass by meaning only, and adds them', async () => {
    const screen = start([]);
    await answer(screen, QUESTION, 'y\r');
    await answer(screen, 'Apply?', 'y\r');
    expect(await screen.ended()).toBe(0);
    const text = flat(screen);
    expect(text).toContain("Add the line that the book's own command looks for, too?");
    expect(text).toContain("2 pass by meaning, 2 of them also by the book's command");
    expect(await start(['check', '--procedure']).ended()).toBe(0);
  });

  it('takes enter alone as no, and nothing is changed', async () => {
    const screen = start([]);
    await answer(screen, QUESTION, '\r');
    expect(await screen.ended()).toBe(0);
    expect(screen.text()).toContain('Nothing was changed.');
    expect(await start(['check', '--procedure']).ended()).toBe(2);
  });

  it('is not asked where --procedure was given', async () => {
    const screen = start(['--procedure']);
    await answer(screen, 'Which controls', '\r');
    await answer(screen, 'Apply?', 'y\r');
    expect(await screen.ended()).toBe(0);
    expect(flat(screen)).not.toContain(QUESTION);
  });
});

async function table(): Promise<readonly string[]> {
  return listedOn(await practiceHost(absolutePath(join(directory, 'host'))));
}

describe('a change that was cut off', () => {
  /** As if the machine had stopped while auditd was restarted. */
  beforeEach(async () => {
    await start(['--yes']).ended();
    const changes = join(directory, 'host/root/var/lib/dockaudit/changes');
    const [id = ''] = readdirSync(changes);
    const journal = join(changes, id, 'journal.jsonl');
    const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -2);
    writeFileSync(journal, `${lines.join('\n')}\n`);
  });

  it('goes back by enter alone', async () => {
    const screen = start(['recover']);
    await answer(screen, 'How shall it end?', '\r');
    expect(await screen.ended()).toBe(0);
    expect(flat(screen)).toContain('was cut off while it was proven: files and kernel are as it');
    expect(flat(screen)).toMatch(/Files and kernel are as before it: it is rolled back\.$/);
    expect(await table()).toEqual(['No rules']);
  });

  it('goes forward if that is chosen', async () => {
    const screen = start(['recover']);
    await answer(screen, 'How shall it end?', '\x1b[B\r');
    expect(await screen.ended()).toBe(0);
    expect(flat(screen)).toMatch(/Files and kernel are as it promised: it is kept\.$/);
    expect(await table()).toHaveLength(3);
  });

  it.each(['recover', 'fix', 'rollback'])(
    'is left as it is by %s, if that is chosen',
    async (name) => {
      const screen = start([name]);
      await answer(screen, 'How shall it end?', '\x1b[B\x1b[B\r');
      expect(await screen.ended()).toBe(2);
      expect(flat(screen)).toMatch(/Nothing was changed\.$/);
      expect(await table()).toHaveLength(3);
    },
  );

  it('goes back before the fix session begins, which then goes on', async () => {
    const screen = start([]);
    await answer(screen, 'How shall it end?', '\r');
    await answer(screen, 'Which controls', '\r');
    await answer(screen, 'Apply?', '\r');
    expect(await screen.ended()).toBe(2);
    expect(flat(screen)).toContain('Verdicts: 2 fail');
    expect(await table()).toEqual(['No rules']);
  });
});

describe('a rollback in a terminal', () => {
  it('asks first, then the host is as before', async () => {
    expect(await start(['--yes']).ended()).toBe(0);
    const screen = start(['rollback']);
    await answer(screen, 'Undo change', 'y\r');
    expect(await screen.ended()).toBe(0);
    expect(flat(screen)).toMatch(/1\.2\.3 ✔ pass → ✘ fail/);
    const check = start(['check']);
    expect(await check.ended()).toBe(2);
  });

  it('shows the diffs and what will fail before it asks, and takes enter alone as no', async () => {
    expect(await start(['--yes']).ended()).toBe(0);
    const screen = start(['rollback']);
    await answer(screen, '? Undo change', '\r');
    expect(await screen.ended()).toBe(2);
    const text = flat(screen);
    expect(text).toContain('--w /usr/sbin/dockerd -k docker');
    expect(text).toContain('Worse afterwards 1.2.3 ✘ fail');
    expect(text).toContain('Nothing was changed.');
    expect(await start(['check']).ended()).toBe(0);
  });
});

describe('remove in a terminal', () => {
  it('shows what goes, asks, and takes enter alone as no', async () => {
    expect(await start(['--yes']).ended()).toBe(0);
    const screen = start(['remove']);
    await answer(screen, 'Remove all that is ours?', '\r');
    expect(await screen.ended()).toBe(2);
    expect(flat(screen)).toContain('Plan: remove 1 file and load the rules');
    expect(await start(['check']).ended()).toBe(0);
    const sure = start(['remove']);
    await answer(sure, 'Remove all that is ours?', 'y\r');
    expect(await sure.ended()).toBe(0);
    expect(await start(['check']).ended()).toBe(2);
  });
});
