/** A run that is held still in the middle of a change, and all that the change may have touched. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listedOn, type, type Practised } from './hosts.ts';

/** For NODE_OPTIONS: the program stands still right after it has told `step`, on either stream; a plan that names it is not meant. */
export function holdAt(step: string): string {
  const script = `
let isHeld = false;
for (const stream of [process.stdout, process.stderr]) {
  const write = stream.write.bind(stream);
  stream.write = (text, ...rest) => {
    const done = write(text, ...rest);
    const said = String(text);
    const isPlan = said.includes('Plan: ');
    if (!isHeld && !isPlan && said.includes(${JSON.stringify(step)})) {
      isHeld = true;
      process.kill(process.pid, 'SIGSTOP');
    }
    return done;
  };
}`;
  return `--import=data:text/javascript,${encodeURIComponent(script)}`;
}

/** Until it holds still. Source: proc(5), the state in /proc/PID/stat. */
export async function stopped(pid = 0): Promise<void> {
  for (;;) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')) return;
    await sleep(5);
  }
}

/** Files of the audit, the kernel's table and its status. */
export async function standing({ host, root }: Practised) {
  const folder = join(root, 'etc/audit');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return {
    files: names.map((name) => {
      const stats = statSync(join(folder, name));
      const text = stats.isFile() ? readFileSync(join(folder, name), 'utf8') : undefined;
      // A journal keeps times to the millisecond.
      const time = text === undefined ? 0 : Math.floor(stats.mtimeMs);
      return { name, mode: stats.mode, time, text };
    }),
    table: await listedOn(host),
    status: (await type(host, '/sbin/auditctl -s')).stdout.replace(/^pid \d+$/m, ''),
  };
}
