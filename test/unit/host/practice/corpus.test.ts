/** The practice host's `auditctl -R` says what auditctl 3.0.9 said, word for word. */

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encode } from '../../../../src/text.ts';
import { corpusCases } from '../../../support/corpus.ts';
import { listedOn, practised, type, type Practised } from '../../../support/hosts.ts';

const FX = '/srv/fixture/fx';
const DIRECTORIES = ['empty', 'run/containerd', 'usr/lib/systemd', 'var/lib/docker/overlay2'];
const FILES = [
  'etc/containerd/config.toml',
  'etc/docker/daemon.json',
  'etc/default/docker',
  'sp ace/f',
  'usr/bin/containerd',
  'usr/bin/containerd-shim-runc-v2',
  'usr/bin/docker',
  'usr/bin/dockerd',
  'usr/sbin/runc',
  'usr/lib/systemd/system/docker.service',
  'usr/lib/systemd/system/docker.socket',
  'run/containerd/containerd.sock',
  'é',
].map((name) => `${FX}/${name}`);
const LINKS = { 'usr/bin/runc': '../sbin/runc', lib: 'usr/lib', varrun: 'run' };

interface Row {
  readonly name: string;
  readonly stdout: string;
  readonly stderr: string;
}

const corpus = new URL('../../../corpus/auditctl-3.0.9.jsonl', import.meta.url);
const rows = readFileSync(corpus, 'utf8').trimEnd().split('\n');
const said = new Map(rows.map((line): Row => JSON.parse(line)).map((row) => [row.name, row]));
const cases = corpusCases().filter(({ version }) => version.join('.') === '3.0.9');

let one: Practised;
beforeAll(async () => {
  // The corpus was made on a host without Docker.
  one = await practised('no-docker');
  for (const name of DIRECTORIES) mkdirSync(join(one.root, FX, name), { recursive: true });
  for (const path of [...FILES, '/etc/shadow', '/var/log/lastlog']) {
    mkdirSync(dirname(join(one.root, path)), { recursive: true });
    writeFileSync(join(one.root, path), '');
  }
  for (const [name, target] of Object.entries(LINKS)) symlinkSync(target, join(one.root, FX, name));
});
afterAll(() => one[Symbol.dispose]());

test.each(cases.map((example) => [example.name, example] as const))('%s', async (name, example) => {
  const { host, root } = one;
  writeFileSync(join(root, 'etc/audit/FILE'), encode(example.rules));
  await type(host, '/sbin/auditctl -D');
  await type(host, '/sbin/auditctl -e 1 -f 1 -b 8192 -r 0 --backlog_wait_time 60000');
  const { status, stdout, stderr } = await type(host, '/sbin/auditctl -R /etc/audit/FILE');
  expect({
    exit: status,
    listed: await listedOn(host),
    stdout: stdout.replace(/^(pid|lost|backlog|backlog_wait_time_actual) \d+$/gm, '$1 N'),
    stderr: stderr.replaceAll('/etc/audit/FILE', 'FILE'),
  }).toEqual({
    exit: example.exit,
    listed: example.listed,
    stdout: said.get(name)?.stdout,
    stderr: said.get(name)?.stderr,
  });
});
