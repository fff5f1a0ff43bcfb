/** Loader and restart run in a session of their own, and go on when the run that began them is killed. */

import type { Programs } from '../discover/facts.ts';
import type { HostReader } from '../host/host.ts';
import { hashAt } from './backup.ts';
import type { Change } from './change.ts';
import { readKernelNow, settled } from './kernel.ts';

/** No program that a change runs may take longer: it would be ended. */
const LONGEST_MS = 90_000;

/** Nothing has changed for so long: what was begun has ended. */
const STILL_MS = 1000;
/** The same while auditd, which ran, does not: somebody may be starting it. */
const AWAY_MS = 5000;

/** Waits, for as long as a program of the run that was cut off may still be at work. @throws HostFailure */
export async function untilStill(
  host: HostReader,
  { auditctl }: Programs,
  { record, state, since: lastAt }: Change,
): Promise<void> {
  // Before that the change runs nothing that goes on.
  if (!auditctl || !record.kernel || state === 'prepared') return;
  const end = Date.parse(lastAt) + LONGEST_MS;
  const ran = record.kernel.daemonPid > 0;
  let seen = '';
  let since = 0;
  await settled(
    host,
    async () => {
      const { lines, status, pid } = await readKernelNow(host, auditctl);
      const hashes = await Promise.all(record.files.map(({ path }) => hashAt(host, path)));
      const found = JSON.stringify([lines, status, pid, hashes]);
      const now = host.clock.now().getTime();
      if (found !== seen) [seen, since] = [found, now];
      const enough = ran && pid === 0 ? AWAY_MS : STILL_MS;
      return now >= end || now - since >= enough ? undefined : 'the host still changes';
    },
    LONGEST_MS,
  );
}
