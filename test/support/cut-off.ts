/** A practice host on which a fix was loaded, and then the machine stopped. */

import { faulty } from './faults.ts';
import { dockaudit } from './golden.ts';
import type { Practised } from './hosts.ts';

const FIX = ['fix', '--yes', '--format', 'json'];

/** Tries once how far the load is, undoes that, and stops a second fix right behind it. */
export async function cutOffOnceLoaded({ host }: Practised): Promise<void> {
  const probe = faulty(host, 'before');
  await dockaudit(probe.host, FIX);
  const loaded = probe.effects.findIndex((effect) => effect.endsWith('augenrules --load')) + 1;
  await dockaudit(host, ['rollback', '--yes', '--format', 'json']);
  await dockaudit(faulty(host, 'stop', loaded + 1).host, FIX).catch(() => undefined);
}
