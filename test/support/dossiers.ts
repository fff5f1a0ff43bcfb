/** Dossiers for tests: written on this machine, in a directory that goes away with them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joined } from 'node:path';
import type { DossierFile, Manifest } from '../../src/dossier/manifest.ts';
import { writeDossier } from '../../src/dossier/write.ts';
import { hashOfBytes } from '../../src/apply/backup.ts';
import { linuxHost } from '../../src/host/linux.ts';
import { absolutePath, join, type AbsolutePath } from '../../src/paths.ts';
import { encode } from '../../src/text.ts';

/** A directory of this machine that nobody else uses. */
export interface Scratch extends Disposable {
  readonly directory: AbsolutePath;
}

export function scratch(): Scratch {
  const directory = absolutePath(mkdtempSync(joined(tmpdir(), 'dockaudit-dossier-')));
  return {
    directory,
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

const JOURNAL = encode('{"id":"c"}\n{"state":"prepared"}\n{"state":"kept"}\n');

const FILES: readonly DossierFile[] = [
  { path: 'report.json', bytes: encode('{"exitCode":0}\n') },
  { path: 'before/table.txt', bytes: encode('No rules\n') },
  { path: 'after/table.txt', bytes: encode('-w /usr/bin/dockerd -p wxa -k docker\n') },
  {
    path: 'after/files/etc/audit/rules.d/zz-docker.rules',
    bytes: encode('-w /usr/bin/dockerd -p wxa -k docker\n\n'),
    origin: { path: '/etc/audit/rules.d/zz-docker.rules', mode: 0o640, uid: 0, gid: 0 },
  },
  { path: 'journal.jsonl', bytes: JOURNAL },
];

export const ABOUT: Omit<Manifest, 'files' | 'signed'> = {
  schemaVersion: 1,
  kind: 'dockaudit-evidence',
  tool: 'dockaudit 0.0.0',
  argv: ['fix', '--yes'],
  startedAt: '2026-01-20T08:00:00.000Z',
  writtenAt: '2026-01-20T08:00:01.000Z',
  host: { name: 'web1', id: 'a'.repeat(32) },
  change: '20260120T080000Z-0001',
  journal: { lines: 3, sha256: hashOfBytes(JOURNAL) },
  redacted: false,
  previous: 'b'.repeat(64),
};

/** @returns its hash */
export async function write(
  directory: AbsolutePath,
  sign?: (manifest: Uint8Array) => Promise<Uint8Array>,
): Promise<string> {
  const here = linuxHost();
  await here.makeDirectory(directory, 0o700);
  return writeDossier(here, directory, ABOUT, FILES, sign);
}

/** A key of its own, without a passphrase unless one is given. */
export async function makeKey(
  directory: AbsolutePath,
  name: string,
  passphrase = '',
): Promise<AbsolutePath> {
  const key = join(directory, name);
  const argv = [
    absolutePath('/usr/bin/ssh-keygen'),
    '-q',
    '-t',
    'ed25519',
    '-N',
    passphrase,
    '-C',
    name,
    '-f',
    key,
  ] as const;
  const { status } = await linuxHost().run({ kind: 'command', argv, timeoutMs: 20_000 });
  if (status !== 0) throw new Error('no key was made: is openssh-client installed?');
  return key;
}
