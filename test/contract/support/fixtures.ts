/** The hosts that must keep the contract. A new one is one more line of `fixtures`. */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join as joined } from 'node:path';
import type { FileImage, Host } from '../../../src/host/host.ts';
import { imageHost } from '../../../src/host/image.ts';
import { linuxHost } from '../../../src/host/linux.ts';
import { practiceHost } from '../../../src/host/practice.ts';
import { decode } from '../../../src/text.ts';
import { absolutePath, join, type AbsolutePath } from '../../../src/paths.ts';

/** A host with an empty directory to play in. */
export interface Playground extends Disposable {
  readonly host: Host;
  /** The directory, as the host names it. */
  readonly base: AbsolutePath;
  /** The same directory, as this machine names it. */
  readonly real: string;
}

/** As many kinds of host as there are. */
export const fixtures: ReadonlyArray<{
  readonly name: string;
  readonly make: () => Playground | Promise<Playground>;
}> = [
  { name: 'linux', make: () => playground((root) => [linuxHost(), root]) },
  {
    name: 'image',
    make: () => playground((root) => [imageHost(root), absolutePath('/play')], '/play'),
  },
  // Whoever runs it is root there: images that carry the caller's own number are none of its files.
  ...(process.geteuid?.() === 0 ? [{ name: 'practice', make: practice }] : []),
];

/** A path of the playground, as the host names it. */
export function at({ base }: Playground, ...names: readonly string[]): AbsolutePath {
  return join(base, ...names);
}

/** The same, as this machine names it. */
export function real(ground: Playground, ...names: readonly string[]): string {
  return joined(ground.real, ...names);
}

/** Writes a file of the playground behind the host's back. */
export function given(ground: Playground, name: string, text: string): AbsolutePath {
  mkdirSync(dirname(real(ground, name)), { recursive: true });
  writeFileSync(real(ground, name), text);
  return at(ground, name);
}

/** The text of the file at `path`, as the host reads it. */
export async function textAt(
  { host }: Playground,
  path: AbsolutePath,
): Promise<string | undefined> {
  const file = await host.read(path);
  return file && decode(file.bytes);
}

/** An image of a file that this process may make. */
export function image(text: string, more: Partial<FileImage> = {}): FileImage {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  const mtime = new Date('2020-02-03T04:05:06.789Z');
  return { bytes: new TextEncoder().encode(text), mode: 0o640, uid, gid, mtime, ...more };
}

async function practice(): Promise<Playground> {
  const directory = absolutePath(mkdtempSync(joined(tmpdir(), 'dockaudit-contract-')));
  const host = await practiceHost(directory);
  // A test looks at it as somebody else.
  chmodSync(directory, 0o755);
  mkdirSync(joined(directory, 'root/play'));
  return {
    host,
    base: absolutePath('/play'),
    real: joined(directory, 'root/play'),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function playground(
  make: (root: AbsolutePath) => readonly [Host, AbsolutePath],
  below = '',
): Playground {
  const root = absolutePath(mkdtempSync(joined(tmpdir(), 'dockaudit-contract-')));
  mkdirSync(root + below, { recursive: true });
  const [host, base] = make(root);
  return {
    host,
    base,
    real: root + below,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}
