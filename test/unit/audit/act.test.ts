/** What the calls of the logs did. Expected: the script that did it, and `ausearch -i` of audit 3.0.9. */

import { describe, expect, test } from 'vitest';
import { actOf, type Act } from '../../../src/audit/act.ts';
import { announcementOf } from '../../../src/audit/announcement.ts';
import { eventsOf, logEvents } from '../../support/logs.ts';

const DIRECTORY = '/srv/scene/etc/docker';
const FILE = `${DIRECTORY}/daemon.json`;
const DOCKERD = '/srv/scene/bin/dockerd';

/** Such as `renamed /a -> /b`, with a value and an error where there is one. */
function line({ kind, what, to, value, error }: Act): string {
  const words = [kind, what?.path ?? what?.name ?? what?.directory ?? '?'];
  if (to) words.push('->', to.path ?? to.name ?? '?');
  return [...words, ...(value === undefined ? [] : [value]), ...(error ? [error] : [])].join(' ');
}

/** Of what rules recorded: there is a key. */
function acts(name: 'raw' | 'enriched' | 'node'): readonly string[] {
  return logEvents(name)
    .filter(({ keys }) => keys.length > 0)
    .flatMap(({ call }) => (call ? [line(actOf(call))] : []));
}

test('each call of the script, in its order', () => {
  expect(acts('raw')).toEqual([
    `openedForReading ${FILE}`,
    `openedForWriting ${FILE}`,
    `openedForWriting ${FILE}`,
    `executed ${DOCKERD}`,
    `changedMode ${FILE} 0600`,
    `renamed ${FILE} -> ${FILE}.old`,
    `renamed ${FILE}.old -> ${FILE}`,
    `madeDirectory ${DIRECTORY}/certs d`,
    `deleted ${DIRECTORY}/certs d`,
    `made ${DIRECTORY}/"new" \x1b[31m.json`,
    `deleted ${DIRECTORY}/"new" \x1b[31m.json`,
    `madeLink ${DIRECTORY}/link`,
    `readLink ${DIRECTORY}/link`,
    `deleted ${DIRECTORY}/link`,
    `linked ${FILE} -> ${DIRECTORY}/hard`,
    `deleted ${DIRECTORY}/hard`,
    `cut ${FILE}`,
    `changedAttributes ${FILE}`,
    `readAttributes ${FILE}`,
    `changedAttributes ${FILE}`,
    `changedOwner ${FILE} 0:1`,
    // By a name that is relative to the directory of the process.
    `openedForReading ${FILE}`,
    `openedForReading ${DIRECTORY}`,
    'madeSocket /srv/scene/etc/sock',
    'deleted /srv/scene/etc/sock',
    `openedForReading ${FILE}`,
    `made ${FILE}.new`,
    // mv tries first whether something is in the way; of that no name is recorded.
    `renamed ${DIRECTORY} EEXIST`,
    `renamed ${FILE}.new -> ${FILE}`,
    `openedForReading ${FILE} EACCES`,
    `deleted ${FILE} EACCES`,
    `openedForWriting ${DOCKERD} EACCES`,
    `openedForReading ${FILE}`,
    `openedForReading ${FILE} EACCES`,
    `openedForReading ${FILE}`,
    // rm -r names it by its open directory, and the record holds the process's own instead.
    'deleted dockerd',
  ]);
});

test('each call upon what was open already, and below a directory that was', () => {
  const [cat, ...others] = [`openedForReading ${FILE}`, ...acts('node')];
  expect(others.filter((act) => act !== cat)).toEqual([
    `openedForWriting ${FILE}`,
    // By an open file: no name is recorded.
    'changedMode ? 0644',
    'changedOwner ? 0:0',
    'changedAttributes ?',
    `openedForReading ${DIRECTORY}`,
    // By an open directory: which one it was, no record tells by its name.
    'openedForReading daemon.json',
    'made made.json',
    'renamed made.json -> moved.json',
    'changedMode moved.json 0640',
    'deleted moved.json',
    // openat2 has its flags in a record of its own.
    `openedForWriting ${FILE}`,
    // O_PATH.
    `opened ${FILE}`,
    `openedForReading ${DOCKERD}`,
    'executed ?',
    'executed dockerd',
    'renamed /srv/scene/bin/new -> /srv/scene/bin/dockerd',
  ]);
});

test('who did it: the login stays, whoever the person became', () => {
  const readers = logEvents('enriched')
    .filter(({ keys, call }) => keys.includes('docker') && call?.actor.command === 'cat')
    .map(({ call }) => call?.actor);
  expect(readers).toMatchObject([
    { login: undefined, loginName: 'unset', user: 0, userName: 'root' },
    { login: undefined, user: 65534, userName: 'nobody' },
    { login: 1000, loginName: 'alice', user: 0, userName: 'root', program: '/usr/bin/cat' },
    { login: 1000, user: 1000, userName: 'alice' },
  ]);
});

/** Of records whose time and number is `msg`. */
const event = (records: string) =>
  eventsOf(Buffer.from(records.replaceAll(' msg ', ' msg=audit(1795558234.629:1): '))).map(
    ({ call }) => call && `${call.architecture} ${call.name} ${line(actOf(call))}`,
  );

describe('of a call on another interface', () => {
  test('a 32-bit program has numbers of its own', () => {
    // open of i386 is 5, and fstat is 5 on x86_64.
    expect(
      event(
        'type=SYSCALL msg arch=40000003 syscall=5 success=yes exit=3 a0=0 a1=441 a2=1b6 a3=0\n' +
          'type=PATH msg item=0 name="/etc/docker" nametype=NORMAL',
      ),
    ).toEqual(['i386 open openedForWriting /etc/docker']);
  });

  test('on arm64, too', () => {
    expect(
      event(
        'type=SYSCALL msg arch=c00000b7 syscall=56 success=no exit=-2 a0=ffffffffffffff9c a1=0 a2=0\n' +
          'type=CWD msg cwd="/etc"\ntype=PATH msg item=0 name="docker" nametype=UNKNOWN',
      ),
    ).toEqual(['aarch64 openat openedForReading /etc/docker ENOENT']);
  });

  test('by io_uring, which has operations', () => {
    expect(
      event(
        'type=URINGOP msg uring_op=18 success=yes exit=5 items=1 ppid=1 pid=2 uid=0 key="docker"\n' +
          'type=PATH msg item=0 name="/etc/docker" nametype=NORMAL',
      ),
    ).toEqual([' openat opened /etc/docker']);
  });

  test('that no table knows', () => {
    expect(event('type=SYSCALL msg arch=c000003e syscall=9999 success=no exit=-38\n')).toEqual([
      'x86_64 9999 called ? 9999 ENOSYS',
    ]);
  });
});

test('what audit says of itself', () => {
  const told = logEvents('raw').flatMap(({ records }) => announcementOf(records) ?? []);
  const words = told.map((one) => {
    const by = `${one.actor.command ?? '-'}${one.isSuccess ? '' : ' in vain'}`;
    switch (one.kind) {
      case 'rule':
        return `${one.change} ${one.keys.join('+')} ${one.path ?? '-'} by ${by}`;
      case 'setting':
        return `${one.name}=${one.to} was ${one.from} by ${by}`;
      case 'daemon':
        return `${one.change} by ${by}`;
      default:
        return one satisfies never;
    }
  });
  expect(words).toEqual([
    // The kernel knows of it a thousandth of a second before auditd says so.
    'audit_pid=8852 was 0 by auditd',
    'started by -',
    'added docker - by auditctl',
    'added docker+second - by auditctl',
    'added docker - by auditctl',
    'removed docker+second - by auditctl',
    'removed docker /srv/scene/etc/sock by rm',
    'removed docker /srv/scene/bin/dockerd by rm',
    'ended by -',
  ]);
});
