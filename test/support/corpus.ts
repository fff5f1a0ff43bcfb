/**
 * The corpus: rule files and what auditctl of nine versions made of them, and the World in which
 * that was measured, as data. Source: test/corpus, whose tree make-fixture.sh builds.
 */

import { readFileSync } from 'node:fs';
import type { AuditVersion, PathFacts, PlaceKind, World } from '../../src/audit/world.ts';
import { absolutePath, nameOf, parentOf } from '../../src/paths.ts';
import { decode } from '../../src/text.ts';

export interface CorpusCase {
  readonly name: string;
  readonly version: AuditVersion;
  /** Lossless text of the rules file. */
  readonly rules: string;
  readonly exit: number;
  readonly listed: readonly string[];
}

interface Row {
  readonly name: string;
  readonly rules?: string;
  readonly rules_b64?: string;
  readonly version?: string;
  readonly rc: number;
  readonly listed: readonly string[];
}

function rows(file: string): readonly Row[] {
  const text = readFileSync(new URL(`../corpus/${file}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Row => JSON.parse(line));
}

function versionOf(text: string): AuditVersion {
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number);
  return [major, minor, patch];
}

/** The corpus tells bytes that are no UTF-8 as `\xNN`. */
function lossless(line: string): string {
  return line.replace(/\\x([89a-f][0-9a-f])/g, (_, hex: string) =>
    String.fromCharCode(0xdc00 + Number.parseInt(hex, 16)),
  );
}

/** As the distributions ship them. */
export const VERSIONS = '2.8.5 3.0.0 3.0.7 3.0.9 3.1.2 4.0.2 4.0.5 4.1.2 4.2.1'.split(' ');

/** Every case of every version; where a version is not told apart, it did as 3.0.9. */
export function corpusCases(): readonly CorpusCase[] {
  const told = new Map(rows('other-versions.jsonl').map((row) => [keyOf(row), row]));
  return rows('auditctl-3.0.9.jsonl').flatMap((base) =>
    VERSIONS.map((version) => {
      const row = told.get(keyOf({ ...base, version })) ?? base;
      return {
        name: base.name,
        version: versionOf(version),
        rules: textOf(base),
        exit: row.rc,
        listed: row.listed.map(lossless),
      };
    }),
  );
}

function keyOf({ name, version = '3.0.9' }: Row): string {
  return `${name} ${versionOf(version).join('.')}`;
}

function textOf({ rules = '', rules_b64: encoded }: Row): string {
  return encoded === undefined ? rules : decode(Buffer.from(encoded, 'base64'));
}

const ROOT = '/srv/fixture/fx';

const HOST_DIRECTORIES =
  '/ /etc /etc/audit /etc/default /proc /run /srv /srv/fixture /usr /usr/bin /usr/lib ' +
  '/usr/lib/systemd /usr/lib/systemd/system /usr/sbin /var /var/lib /var/log';
const ROOT_DIRECTORIES =
  'empty etc etc/containerd etc/default etc/docker run run/containerd usr usr/bin usr/sbin ' +
  'usr/lib usr/lib/systemd usr/lib/systemd/system var var/lib var/lib/docker ' +
  'var/lib/docker/overlay2';
const ROOT_FILES =
  'etc/containerd/config.toml etc/docker/daemon.json etc/default/docker usr/bin/containerd ' +
  'usr/bin/containerd-shim-runc-v2 usr/bin/docker usr/bin/dockerd usr/sbin/runc ' +
  'usr/lib/systemd/system/docker.service usr/lib/systemd/system/docker.socket é';

function below(names: string): readonly string[] {
  return names.split(' ').map((name) => `${ROOT}/${name}`);
}

const DIRECTORIES = [
  ...HOST_DIRECTORIES.split(' '),
  ROOT,
  `${ROOT}/sp ace`,
  ...below(ROOT_DIRECTORIES),
];
const FILES = ['/etc/passwd', '/etc/shadow', `${ROOT}/sp ace/f`, ...below(ROOT_FILES)];

const LINKS = new Map([
  ['/lib', '/usr/lib'],
  ['/var/run', '/run'],
  [`${ROOT}/usr/bin/runc`, `${ROOT}/usr/sbin/runc`],
  [`${ROOT}/lib`, `${ROOT}/usr/lib`],
  [`${ROOT}/varrun`, `${ROOT}/run`],
]);

const OTHERS = [`${ROOT}/run/containerd/containerd.sock`];

const KINDS = new Map<string, PlaceKind>([
  ...DIRECTORIES.map((path) => [path, 'directory'] as const),
  ...FILES.map((path) => [path, 'file'] as const),
  ...OTHERS.map((path) => [path, 'other'] as const),
  ...[...LINKS.keys()].map((path) => [path, 'symlink'] as const),
]);

/** What `path` stands for in the tree of the corpus. */
function factsOf(path: string): PathFacts {
  const plain = absolutePath(path);
  const parent = resolve(parentOf(plain));
  if (KINDS.get(parent) !== 'directory') return { kind: 'absent', place: undefined };
  const place = absolutePath(`${parent}/${nameOf(plain)}`);
  const kind = KINDS.get(place) ?? 'absent';
  if (kind !== 'symlink') return { kind, place };
  const target = absolutePath(resolve(place));
  return { kind, place, target: { kind: KINDS.get(target) ?? 'absent', place: target } };
}

function resolve(path: string): string {
  let place = '';
  for (const part of path.split('/').filter((name) => name !== '')) {
    const next = `${place}/${part}`;
    place = LINKS.get(next) ?? next;
  }
  return place === '' ? '/' : place;
}

/** The World of the corpus: any path can be asked. */
export function corpusWorld(version: AuditVersion): World {
  const paths = new Map<string, PathFacts>();
  paths.get = (path) => (path.startsWith('/') && !path.includes('\0') ? factsOf(path) : undefined);
  return {
    paths,
    users: new Map([['root', 0]]),
    groups: new Map([['root', 0]]),
    machine: 'x86_64',
    version,
  };
}
