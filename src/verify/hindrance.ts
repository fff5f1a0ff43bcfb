/** What of the whole host keeps a proof from being had, or makes it short. */

import { AUDITD_CONF, readAuditdConf } from '../discover/auditd-conf.ts';
import type { Facts } from '../discover/facts.ts';
import type { HostReader } from '../host/host.ts';
import type { Result } from './conclude.ts';

export type Hindrance =
  /** Nothing need be tried. */
  | { readonly kind: 'whole'; readonly result: Result }
  /** A record that is not in the log may be elsewhere. */
  | { readonly kind: 'elsewhere'; readonly reason: string }
  | { readonly kind: 'none' };

/** @throws HostFailure */
export async function hindranceOf(
  host: HostReader,
  { consumer, storage }: Pick<Facts, 'consumer' | 'storage'>,
): Promise<Hindrance> {
  switch (consumer.kind) {
    case 'none':
      return whole('notRecorded', `no daemon takes the events${await whyNone(host)}`);
    case 'other':
      return whole(
        'notProvable',
        `${consumer.name} (pid ${consumer.pid}) takes the events, and where it keeps them is not known`,
      );
    case 'auditd':
      return consumer.discards === undefined && (await writesNoLog(host))
        ? {
            kind: 'elsewhere',
            reason: `auditd forwards the events and writes none to ${storage.logFile}`,
          }
        : { kind: 'none' };
    default:
      return consumer satisfies never;
  }
}

function whole(outcome: Result['outcome'], reason: string): Hindrance {
  return { kind: 'whole', result: { outcome, reason } };
}

/** An auditd that runs asks the kernel for none. Source: auditd.conf(5); seen with 3.0.9. */
async function whyNone(host: HostReader): Promise<string> {
  const isOff = /^no$/i.test((await readAuditdConf(host)).get('local_events') ?? '');
  return isOff ? ` (local_events = no in ${AUDITD_CONF})` : '';
}

async function writesNoLog(host: HostReader): Promise<boolean> {
  const conf = await readAuditdConf(host);
  const value = (name: string): string => (conf.get(name) ?? '').toLowerCase();
  return value('write_logs') === 'no' || value('log_format') === 'nolog';
}
