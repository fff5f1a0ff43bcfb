/** A practice host on which others have rules, in files and in the kernel, before dockaudit comes. */

import { writeFileSync } from 'node:fs';
import type { Clock } from '../../src/host/host.ts';
import { practised, type, type Practised } from './hosts.ts';

/** From a file; the second one lists as a watch and is none. */
export const SITE = [
  '-w /etc/hostname -p wa -k site',
  '-a never,exit -F path=/etc/group -F perm=wa -F key=site',
  '-a always,exit -F arch=b64 -S connect -F key=site',
  '-w /etc/passwd -p wa -k site',
];

export const SITE_FILE = '/etc/audit/rules.d/20-site.rules';

/** Waits cost nothing. */
function patient(): Clock {
  let now = Date.now();
  return {
    now: () => new Date(now),
    pause: async (ms) => void (now += ms),
  };
}

export async function withOthers(): Promise<Practised> {
  const made = await practised('fresh', patient());
  writeFileSync(made.root + SITE_FILE, `${SITE.join('\n')}\n`);
  await type(made.host, '/usr/bin/systemctl reboot');
  return made;
}

/** The same with rules of an agent, which no file holds: so nothing is reloaded. */
export async function withAgent(...lines: readonly string[]): Promise<Practised> {
  const made = await withOthers();
  for (const line of lines) await type(made.host, `/usr/sbin/auditctl ${line}`);
  return made;
}
