/** Practice hosts for tests, each in a directory of its own that goes away with it. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joined } from 'node:path';
import type { Clock, Host } from '../../src/host/host.ts';
import { practiceHost } from '../../src/host/practice.ts';
import { absolutePath, join, type AbsolutePath } from '../../src/paths.ts';
import { decode } from '../../src/text.ts';

/** A practice host and where it lies; a second one on `directory` goes on from it. */
export interface Practised extends Disposable {
  readonly host: Host;
  readonly directory: AbsolutePath;
  /** Its tree, as this machine names it. */
  readonly root: AbsolutePath;
}

export async function practised(scenario = 'fresh', clock?: Clock): Promise<Practised> {
  const directory = absolutePath(mkdtempSync(joined(tmpdir(), 'dockaudit-practised-')));
  return {
    host: await practiceHost(directory, scenario, clock),
    directory,
    root: join(directory, 'root'),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Time that passes by waiting alone, so that no test waits for it. */
export function hastyClock(): Clock {
  let waitedMs = 0;
  return {
    now: () => new Date(Date.now() + waitedMs),
    pause: async (ms) => {
      waitedMs += ms;
    },
  };
}

/** How a program ended, in text. */
export interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Types `line` on `host`: words parted by spaces, the program by its whole path. */
export async function type(host: Host, line: string): Promise<Said> {
  const [program = '', ...rest] = line.split(' ');
  const argv = [absolutePath(program), ...rest] as const;
  const { status, stdout, stderr } = await host.run({ kind: 'command', argv, timeoutMs: 10_000 });
  return { status, stdout: decode(stdout), stderr: decode(stderr) };
}

/** The lines of `auditctl -l`. */
export async function listedOn(host: Host): Promise<readonly string[]> {
  return (await type(host, '/sbin/auditctl -l')).stdout.split('\n').slice(0, -1);
}
