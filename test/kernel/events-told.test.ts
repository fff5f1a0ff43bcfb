/**
 * `dockaudit events` against real events: what a person did to watched files, each way once, is what
 * it tells; and what it reads of the log is what audit's own ausearch finds there.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readRecorded } from '../../src/discover/recorded.ts';
import { linuxHost } from '../../src/host/linux.ts';
import { auditctl, begin, dockaudit, liveKernel, runProgram } from '../support/kernel.ts';
import { LogTail } from '../support/accesses.ts';

liveKernel();

const scene = mkdtempSync('/srv/dockaudit-told-');
const directory = join(scene, 'etc');
const file = join(directory, 'daemon.json');
/** What the log got meanwhile: of all that came before, ausearch would say too much. */
const excerpt = join(scene, 'audit.log');
let since = new Date();

/** A shell line of somebody who logged in as nobody and is root now, and what is told of it. */
const DEEDS: readonly (readonly [line: string, told: string])[] = [
  [`/bin/cat ${file}`, `opened ${file} for reading, with /usr/bin/cat`],
  [`/usr/bin/truncate -s 1 ${file}`, `opened ${file} for writing, with /usr/bin/truncate`],
  [`/bin/chmod 0640 ${file}`, `changed the mode of ${file} to 0640, with /usr/bin/chmod`],
  [`/bin/chown 0:1 ${file}`, `changed the owner of ${file} to 0:1, with /usr/bin/chown`],
  [`/bin/mv ${file} ${directory}/b`, `renamed ${file} to ${directory}/b, with /usr/bin/mv`],
  [`/bin/mkdir ${directory}/c`, `made the directory ${directory}/c, with /usr/bin/mkdir`],
  [`/bin/rm ${directory}/b`, `deleted ${directory}/b, with /usr/bin/rm`],
  [`/usr/sbin/dockerd --version`, 'executed /usr/sbin/dockerd'],
  [
    `/usr/bin/setpriv --reuid=65534 --clear-groups /bin/sh -c 'echo > /usr/sbin/dockerd'`,
    'was not allowed to open /usr/sbin/dockerd for writing (EACCES), with /usr/bin/dash',
  ],
];

beforeAll(async () => {
  mkdirSync(directory);
  writeFileSync(file, '{}\n');
  const lines = [`-w ${directory} -p rwxa -k docker`, '-w /usr/sbin/dockerd -p rwxa -k docker'];
  await begin({ daemon: 'running', rules: { '60-told.rules': `${lines.join('\n')}\n` } });
  await auditctl('-e', '1');
  const log = new LogTail('/var/log/audit/audit.log');
  since = new Date();
  for (const [line] of DEEDS)
    await runProgram('/bin/sh', '-c', `echo 65534 > /proc/self/loginuid && ${line}`);
  await auditctl('-m', 'all was done');
  writeFileSync(excerpt, await log.until('all was done'), 'latin1');
}, 60_000);

afterAll(() => rmSync(scene, { recursive: true, force: true }));

test('each deed is told: who, what, to which file, with what', async () => {
  const args = ['events', '--since', since.toISOString(), '--format', 'json'];
  const { stdout, status } = await dockaudit(...args);
  expect(status, stdout).toBe(0);
  const { events }: { readonly events: readonly { readonly sentence: string }[] } =
    JSON.parse(stdout);
  const sentences = events.map(({ sentence }) => sentence);
  const expected = DEEDS.map(([line, told]) =>
    line.includes('setpriv') ? `nobody ${told}` : `nobody, as root, ${told}`,
  );
  expect(sentences).toEqual(expect.arrayContaining(expected));
  // In the order in which they were done.
  const order = expected.map((sentence) => sentences.indexOf(sentence));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('the events of a key are those that ausearch finds', async () => {
  const { events } = await readRecorded(linuxHost(), {
    since,
    wants: ({ keys }) => keys.includes('docker'),
  });
  const found = await runProgram(
    '/usr/sbin/ausearch',
    '--input',
    excerpt,
    '--raw',
    '-k',
    'docker',
    '-m',
    'SYSCALL',
  );
  const numbers = [
    ...found.stdout.matchAll(/^type=SYSCALL msg=audit\((\d+\.\d+):(\d+)\): .*key="docker"/gm),
  ];
  const theirs = numbers
    .filter(([, time]) => Number(time) * 1000 >= since.getTime())
    .map(([, , serial]) => Number(serial));
  // To tell of the events dockaudit opened the directory itself: that came later.
  const last = Math.max(...theirs);
  const ours = events.map(({ serial }) => serial).filter((serial) => serial <= last);
  expect(theirs.length).toBeGreaterThanOrEqual(DEEDS.length);
  expect(ours.toSorted((a, b) => a - b)).toEqual(theirs.toSorted((a, b) => a - b));
});
