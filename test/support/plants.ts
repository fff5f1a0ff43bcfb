/** What is planted on a practice host to catch us: links, FIFOs, files without end, open doors. */

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../src/host/host.ts';
import { plant, plantDirectory, plantLink } from './hostile.ts';
import { listedOn, type Practised } from './hosts.ts';

/** What a file of others says. */
export const RULE = '-w /etc/hosts -p wa -k site\n';

export type Plant = (made: Practised) => void;

export const mode = (path: string, bits: number): Plant => {
  return (made) => chmodSync(join(made.root, path), bits);
};
export const file = (path: string, bits: number): Plant => {
  return (made) => {
    plant(made, path, RULE, bits);
  };
};
export const link = (path: string, target: string): Plant => {
  return (made) => plantLink(made, path, target);
};
export const directory = (path: string): Plant => {
  return (made) => plantDirectory(made, path);
};
export const fifo = (path: string): Plant => {
  return (made) => {
    plantDirectory(made, path);
    execFileSync('/bin/sh', ['-c', 'rmdir "$1" && mkfifo "$1"', 'sh', join(made.root, path)]);
  };
};
/** Sparse: it takes no room, and reads as zeros. */
export const huge = (path: string): Plant => {
  return (made) => {
    plant(made, path, '');
    truncateSync(join(made.root, path), 17 * 1024 * 1024);
  };
};
export const all = (...plants: readonly Plant[]): Plant => {
  return (made) => {
    for (const one of plants) one(made);
  };
};
/** The same directory elsewhere, and a link in its place. */
export const moved = (path: string, to: string, bits: number): Plant => {
  return (made) => {
    mkdirSync(join(made.root, to, '..'), { recursive: true });
    renameSync(join(made.root, path), join(made.root, to));
    chmodSync(join(made.root, to), bits);
    symlinkSync(to, join(made.root, path));
  };
};

/** All that a change could have touched. */
export async function standing({ host, root }: Practised) {
  const folder = join(root, 'etc/audit');
  const changes = join(root, 'var/lib/dockaudit/changes');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return { names, table: await listedOn(host), changes: listOf(changes) };
}

export function listOf(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Undefined where no file is. */
export function textOf({ root }: Practised, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

/** `host`, on which `path` belongs to somebody. */
export function ownedBy(host: Host, path: string, uid: number): Host {
  return {
    ...host,
    look: async (asked) => {
      const entry = await host.look(asked);
      return entry && asked === path ? { ...entry, uid } : entry;
    },
  };
}
