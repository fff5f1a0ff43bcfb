/** What a run says of reboots: what one would leave in force, and what the last one did. */

import type { Change } from '../apply/change.ts';
import type { Facts } from '../discover/facts.ts';
import { bootOutlook } from '../evaluate/boot.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { BootReport } from '../report/boot.ts';
import { compareAfterBoot } from '../verify/after-boot.ts';

/** @param changes the newest first */
export function bootReport(
  facts: Facts,
  findings: readonly Finding[],
  changes: readonly Change[],
): BootReport {
  const outlook = bootOutlook(facts, findings);
  const change = promisedBefore(changes, facts);
  const promises = change === undefined ? undefined : lastingPromises(change);
  if (change === undefined || promises === undefined) return outlook;
  const { bootedAt } = facts.boot;
  const since = {
    change: change.record.id,
    ...(bootedAt === undefined ? {} : { bootedAt }),
    ...compareAfterBoot(promises, findings),
  };
  return since.kept.length + since.broken.length === 0 ? outlook : { ...outlook, since };
}

/** The latest change that stands, if this host was booted after it. */
function promisedBefore(
  changes: readonly Change[],
  { machine, kernel }: Pick<Facts, 'machine' | 'kernel'>,
): Change | undefined {
  const latest = changes.find(({ state }) => state === 'kept' || state === 'unconfirmed');
  const before = latest && (latest.bootId ?? latest.record.kernel?.bootId);
  const isBooted = kernel.kind === 'reachable' && before !== undefined && before !== machine.bootId;
  return isBooted ? latest : undefined;
}

/** Where rules were added to the kernel alone, only what passes was promised for longer. */
export function lastingPromises({ record }: Change) {
  const { promises = [], liveOnly = [] } = record.forward ?? {};
  return liveOnly.length === 0 ? promises : promises.filter(({ verdict }) => verdict !== 'partial');
}
