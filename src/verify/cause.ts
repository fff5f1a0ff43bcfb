/**
 * Why an event of ours left no record, as a clause: what was seen of the host, joined with what the
 * judge found. The likely cause, the surest first. Source: docs/proof.md, docs/coverage.md.
 */

import type { Answer } from '../audit/decide.ts';
import type { Facts } from '../discover/facts.ts';
import type { Finding } from '../evaluate/finding.ts';
import { lacksOf, nameOf } from '../evaluate/lack-words.ts';
import { isUnsure } from '../evaluate/provenance.ts';
import { counted } from '../text.ts';

/** What is known of an event that was not found. */
export interface Silence {
  readonly foreseen: Exclude<Answer, { readonly kind: 'none' }>;
  readonly finding: Pick<Finding, 'running' | 'reason'>;
  readonly facts: Pick<Facts, 'kernel' | 'consumer'>;
  /** Events that the kernel threw away while we waited. */
  readonly lost: number;
  /** Events that still wait for the daemon, after we waited. */
  readonly waiting: number;
  /** Whether auditd's process is stopped, as by SIGSTOP. */
  readonly isStopped: boolean;
}

/** Follows a colon. */
export function causeOf(silence: Silence): string {
  const { foreseen, finding, facts, lost, waiting, isStopped } = silence;
  const { kernel, consumer } = facts;
  if (kernel.kind === 'reachable' && kernel.enabled === 'off')
    return 'auditing is switched off (enabled 0)';
  if (consumer.kind === 'auditd' && consumer.discards !== undefined)
    return `auditd keeps nothing (${consumer.discards})`;
  if (foreseen.kind === 'silenced')
    return finding.running.kind === 'suppressed'
      ? finding.reason
      : `${nameOf(foreseen.by)} says never, and the first match wins`;
  if (isStopped) return 'auditd is stopped, and reads nothing';
  if (lost > 0) return `the kernel threw ${counted(lost, 'event')} away meanwhile`;
  if (waiting > 0)
    return `${counted(waiting, 'event')} still wait in the kernel's backlog: auditd takes none`;
  if (isUnsure(foreseen.by))
    return `${nameOf(foreseen.by)} stands in no file, and may be a never rule: no listing tells them apart`;
  const narrowed = foreseen.lacks.flatMap((lack) => (lack.kind === 'narrowed' ? lack.field : []));
  if (narrowed.length > 0)
    return `only events with ${narrowed.join(' and ')} are recorded, and ours was none of them`;
  if (finding.running.kind === 'partial') return lacksOf(finding.running);
  return `${nameOf(foreseen.by)} is listed and does not fire: it may watch what stood there before, and loading the rules anew arms it again; or auditd has ceased to write`;
}
