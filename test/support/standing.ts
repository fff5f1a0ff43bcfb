/** All of a practice host that a change may touch, to be compared before and after. */

import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { decode } from '../../src/text.ts';
import { type, type Practised } from './hosts.ts';

export interface Standing {
  /** Below /etc/audit: mode, owner, time and bytes. */
  readonly files: Readonly<Record<string, string>>;
  /** What the kernel holds: unlike a listing it tells never from always, and a path from a tree. */
  readonly kernel: readonly string[];
  /** Whether auditd runs. */
  readonly runs: boolean;
}

const memory = v.object({ kernel: v.array(v.string()) });

export async function standing({ host, root, directory }: Practised): Promise<Standing> {
  const text = readFileSync(join(directory, 'kernel.json'), 'utf8');
  const { kernel } = v.parse(memory, JSON.parse(text));
  const { stdout } = await type(host, '/sbin/auditctl -s');
  return { files: filesBelow(join(root, 'etc/audit')), kernel, runs: !/^pid 0$/m.test(stdout) };
}

function filesBelow(directory: string): Standing['files'] {
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).toSorted();
  return Object.fromEntries(
    names.flatMap((name) => {
      const path = join(directory, name);
      const { mode, uid, gid, mtimeNs } = lstatSync(path, { bigint: true });
      const about = `${mode.toString(8)} ${uid}:${gid}`;
      if (!lstatSync(path).isFile()) return [[name, about] as const];
      return [[name, `${about} ${mtimeNs} ${decode(readFileSync(path))}`] as const];
    }),
  );
}
