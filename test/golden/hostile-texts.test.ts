/** Whatever a host says of itself, no byte of it steers the terminal, a log, or a document's reader. */

import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nameOf } from '../../src/paths.ts';
import { encode } from '../../src/text.ts';
import { cli } from '../support/cli.ts';
import { dockaudit } from '../support/golden.ts';
import {
  harmIn,
  NAME,
  plant,
  plantDirectory,
  plantLink,
  STEERING,
  withoutColours,
} from '../support/hostile.ts';
import { practised, type Practised } from '../support/hosts.ts';

const RULES = `-w /etc/${STEERING} -p wa -k ${STEERING}\n`;

/** Where a host can say something, one at a time. */
const PLACES: Readonly<Record<string, (made: Practised) => void>> = {
  'a rule and its key': (made) => plant(made, '/etc/audit/rules.d/20-x.rules', RULES),
  'the name of a rules file': (made) => plant(made, `/etc/audit/rules.d/${NAME}.rules`, RULES),
  'a line that does not load': (made) =>
    plant(
      made,
      '/etc/audit/rules.d/20-x.rules',
      `-w relative${STEERING}\n${STEERING}\n# ${STEERING}\n`,
    ),
  'a comment': (made) =>
    plant(made, '/etc/audit/rules.d/20-x.rules', `# ${STEERING}\n-w /etc/x -k ok # ${STEERING}\n`),
  'a rules file that leads nowhere': (made) =>
    plantLink(made, `/etc/audit/rules.d/${NAME}.rules`, `/nowhere/${STEERING}`),
  'a rules file that is a directory': (made) =>
    plantDirectory(made, `/etc/audit/rules.d/${NAME}.rules`),
  'the generated file': (made) =>
    plant(made, '/etc/audit/audit.rules', `-w /usr/bin/dockerd -k ${STEERING}\n`),
  'where the generated file leads': (made) =>
    plantLink(made, '/etc/audit/audit.rules', `/etc/${STEERING}`),
  'a rule that silences': (made) =>
    plant(
      made,
      `/etc/audit/rules.d/${NAME}.rules`,
      `-a never,exit -F dir=/usr -k ${STEERING}\n-a never,task\n`,
    ),
  'os-release': (made) =>
    plant(
      made,
      '/etc/os-release',
      `PRETTY_NAME="${STEERING}"\nID=${STEERING}\nID_LIKE=${STEERING}\n`,
    ),
  'the host name': (made) => {
    plant(made, '/proc/sys/kernel/hostname', `${STEERING}\n`);
    plant(made, '/etc/hostname', `${STEERING}\n`);
    plant(made, '/etc/machine-id', `${STEERING}\n`);
    plant(made, '/proc/sys/kernel/arch', `${STEERING}\n`);
  },
  'auditd.conf': (made) =>
    plant(
      made,
      '/etc/audit/auditd.conf',
      `log_file = /var/log/${STEERING}\nmax_log_file_action = ${STEERING}\nnum_logs = ${STEERING}\nspace_left_action = ${STEERING}\n`,
    ),
  'a drop-in of a unit': (made) =>
    plant(
      made,
      `/etc/systemd/system/docker.socket.d/${STEERING}.conf`,
      `[Unit]\nDescription=${STEERING}\n`,
    ),
  'who loads the rules': (made) =>
    plant(
      made,
      '/usr/lib/systemd/system/auditd.service',
      `[Service]\nExecStartPost=/sbin/auditctl -R /etc/${STEERING}\n`,
    ),
  'the command line of dockerd': (made) =>
    plant(
      made,
      '/proc/731/cmdline',
      `/usr/sbin/dockerd\0--data-root=/srv/${STEERING}\0--config-file=/etc/${STEERING}\0`,
    ),
  'where dockerd runs from': (made) => {
    plant(made, `/opt/${STEERING}/dockerd`, 'binary', 0o755);
    plantLink(made, '/proc/731/exe', `/opt/${STEERING}/dockerd`);
  },
  'daemon.json': (made) =>
    plant(
      made,
      '/etc/docker/daemon.json',
      JSON.stringify({ 'data-root': `/srv/x${STEERING.toWellFormed()}` }),
    ),
  'a daemon.json that is none': (made) => plant(made, '/etc/docker/daemon.json', `{"${STEERING}`),
  "containerd's settings": (made) =>
    plant(
      made,
      '/etc/containerd/config.toml',
      `root = "/srv/${STEERING}"\nstate = "${STEERING}"\n${STEERING}\n`,
    ),
  'a mount': (made) =>
    appendFileSync(
      join(made.root, 'proc/self/mountinfo'),
      encode(
        `99 1 8:1 / /etc/${STEERING.replaceAll(/\s/gu, '')} ro - ext4 /dev/${STEERING.replaceAll(/\s/gu, '')} ro\n`,
      ),
    ),
  'who takes the events': (made) => plant(made, '/proc/419/comm', `${STEERING}\n`),
  'where a unit leads': (made) =>
    plantLink(made, '/usr/lib/systemd/system/docker.socket', `/etc/${STEERING}`),
  'a user': (made) =>
    plant(made, '/etc/passwd', `${STEERING}:x:1000:1000::/home/${STEERING}:/bin/sh\n`),
};

/** What programs say instead. */
const ANSWERS: Readonly<Record<string, (line: string) => string | undefined>> = {
  'the table': (line) => (line.startsWith('auditctl -l') ? RULES : undefined),
  'the status': (line) => (line.startsWith('auditctl -s') ? `enabled 1\n${STEERING}` : undefined),
  'the version': (line) =>
    line.startsWith('auditctl -v') ? `auditctl version ${STEERING}` : undefined,
  systemctl: (line) =>
    line.startsWith('systemctl') ? `FragmentPath=/etc/${STEERING}\n` : undefined,
};

/** What none of the reports has reason to show. */
const UNTOLD = [
  'where dockerd runs from',
  'a daemon.json that is none',
  "containerd's settings",
  'a mount',
  'who takes the events',
  'where a unit leads',
  'a user',
];

const COMMANDS = ['check', 'plan', 'fix --yes', 'rollback --yes', 'history'];

/** Each command in both formats: what came through, and all that was said. */
async function everyReport(host: Host) {
  const said: string[] = [];
  const harm: string[] = [];
  for (const command of COMMANDS)
    for (const format of ['text', 'json']) {
      const more = ['--all', '--benchmark', 'cis-docker-1.6.0', '--format', format];
      const ended = await dockaudit(host, [...command.split(' '), ...more]);
      const found = harmIn(ended.stdout) ?? harmIn(ended.stderr);
      if (found !== undefined) harm.push(`${command} ${format}: ${found}`);
      if (format === 'json' && ended.report === undefined) harm.push(`${command}: no document`);
      said.push(ended.stdout);
    }
  return { harm, said: said.join('\n') };
}

describe('of what a file says or is named, nothing steers', () => {
  it.each(Object.keys(PLACES))('%s', async (name) => {
    using made = await practised();
    PLACES[name]?.(made);
    const { harm, said } = await everyReport(made.host);
    expect(harm).toEqual([]);
    expect(said.includes('evil')).toBe(!UNTOLD.includes(name));
  });
});

function answering(host: Host, says: (line: string) => string | undefined): Host {
  return {
    ...host,
    ask: async (query) => {
      const [program, ...args] = query.argv;
      const said = says([nameOf(program), ...args].join(' '));
      if (said === undefined) return host.ask(query);
      return { status: 0, stdout: encode(said), stderr: encode(STEERING) };
    },
  };
}

describe('of what a program says, nothing steers', () => {
  it.each(Object.keys(ANSWERS))('%s', async (name) => {
    using made = await practised();
    const { harm } = await everyReport(answering(made.host, (line) => ANSWERS[name]?.(line)));
    expect(harm).toEqual([]);
  });
});

describe('of what a command that fails says, nothing steers', () => {
  it.each(COMMANDS.slice(2, 4))('%s', async (command) => {
    using made = await practised(command.startsWith('rollback') ? 'compliant' : 'fresh');
    const failing: Host = {
      ...made.host,
      run: async () => ({ status: 1, stdout: encode(STEERING), stderr: encode(STEERING) }),
    };
    for (const format of ['text', 'json']) {
      const ended = await dockaudit(failing, [...command.split(' '), '--format', format]);
      expect(harmIn(ended.stdout)).toBeUndefined();
      expect(harmIn(ended.stderr)).toBeUndefined();
    }
  });
});

describe('of what a journal says, nothing steers', () => {
  it.each([
    ['history'],
    ['history', '--format', 'json'],
    ['rollback', '--yes'],
    ['check', '--verbose'],
  ])('%s %s', async (...args) => {
    using made = await practised();
    await cli(['demo', '--dir', made.directory, '--yes']);
    const changes = join(made.root, 'var/lib/dockaudit/changes');
    const [id = ''] = readdirSync(changes);
    const file = join(changes, id, 'journal.jsonl');
    const [first = '', ...rest] = readFileSync(file, 'utf8').trimEnd().split('\n');
    const record: object = JSON.parse(first);
    const told = { argv: [STEERING], tool: STEERING, controls: [STEERING], announced: [STEERING] };
    const note = { time: STEERING, state: 'kept', note: STEERING };
    const lines = [JSON.stringify({ ...record, ...told }), ...rest, JSON.stringify(note)];
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    expect(await saidOf(made, args)).toEqual({ ...HARMLESS, isTold: !args.includes('check') });
    plant(made, `/var/lib/dockaudit/changes/${STEERING}/journal.jsonl`, '{}\n');
    expect(await saidOf(made, args)).toEqual(HARMLESS);
  });
});

/** What of the harm came through, and whether anything of it was told at all. */
async function saidOf(made: Practised, args: readonly string[]) {
  const ended = await cli(['demo', '--dir', made.directory, ...args]);
  const said = `${ended.stdout}\n${ended.stderr}`;
  return {
    harm: harmIn(args.includes('always') ? withoutColours(said) : said),
    isBug: said.includes('a bug of ours'),
    isTold: said.includes('evil'),
  };
}

const HARMLESS = { harm: undefined, isBug: false, isTold: true };

describe('all of it at once', () => {
  it.each([
    ['check', '--verbose'],
    ['plan', '--verbose', '--color', 'always'],
    ['lint', '--verbose'],
    ['lint', '--format', 'json'],
    ['explain', '1.2.3', '--verbose'],
    ['explain', `-w /etc/${STEERING} -k ${STEERING}`],
    ['explain', `-w /etc/${STEERING} -k ${STEERING}`, '--format', 'json'],
    ['lint', `/nowhere/${STEERING}`],
    ['check', '--control', STEERING],
    ['check', `--${STEERING}`],
    ['check', `--${STEERING}`, '--format', 'json'],
    ['check', '--templates', `/nowhere/${STEERING}`],
    ['check', '--output', `/nowhere/${STEERING}`],
    ['fix', '--yes', '--plan', `/nowhere/${STEERING}`],
    ['rollback', STEERING, '--yes'],
    [STEERING],
  ])('steers nothing in %j', async (...args) => {
    using made = await practised();
    for (const [name, hide] of Object.entries(PLACES)) if (!name.includes('leads')) hide(made);
    // Bytes that are no text cannot be typed by spawn.
    const typed = args.map((arg) => arg.toWellFormed());
    expect(await saidOf(made, typed)).toEqual(HARMLESS);
  });
});
