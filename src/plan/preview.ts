/** What will follow from a plan, for a person to see: the generated file, the table, the status. */

import type { KernelStatus } from '../audit/status.ts';
import type { Facts } from '../discover/facts.ts';
import { join, nameOf, parentOf, type AbsolutePath } from '../paths.ts';
import type { Way } from './activation.ts';
import type { Edit, Preview } from './plan.ts';

/** @param edited the same facts with the edits made, on paper */
export function previewOf(facts: Facts, edited: Facts, way: Way): readonly Preview[] {
  return [...generatedFile(edited), ...kernelAfter(facts, way)];
}

function generatedFile(edited: Facts): readonly Preview[] {
  const generated = edited.persistent.generated;
  if (!generated || generated.next === generated.present) return [];
  return [{ kind: 'file', path: generated.path, before: generated.present, after: generated.next }];
}

function kernelAfter(facts: Facts, way: Way): readonly Preview[] {
  const { kernel, running, consumer } = facts;
  if (running.kind !== 'known' || kernel.kind !== 'reachable' || !way.after) return [];
  const starts = way.daemon.kind === 'start';
  const had = consumer.kind !== 'none';
  const status = starts ? { ...way.after.status, enabled: 1 as const } : way.after.status;
  return [
    { kind: 'table', before: running.lines, after: way.after.lines },
    {
      kind: 'status',
      before: statusLines(kernel.status, had),
      after: statusLines(status, had || starts),
    },
  ];
}

/** Where augenrules keeps the file that it replaces. */
export function previousOf(merged: AbsolutePath): AbsolutePath {
  return join(parentOf(merged), `${nameOf(merged)}.prev`);
}

/** In the words of `auditctl -s`. */
function statusLines(status: KernelStatus, daemon: boolean): readonly string[] {
  return [
    `enabled ${status.enabled}`,
    `failure ${status.failure}`,
    `rate_limit ${status.rateLimit}`,
    `backlog_limit ${status.backlogLimit}`,
    `backlog_wait_time ${status.backlogWaitTime}`,
    `daemon ${daemon ? 'takes the events' : 'none'}`,
  ];
}

/** Every file that the road may write: the loader writes its own too. */
export function touchedBy(edits: readonly Edit[], facts: Facts, way: Way): readonly AbsolutePath[] {
  const { mechanism } = facts;
  const loads = way.activation.kind === 'load' || way.daemon.kind !== 'leave';
  const loader =
    loads && mechanism.kind === 'augenrules'
      ? [mechanism.merged, previousOf(mechanism.merged)]
      : [];
  return [...edits.map(({ path }) => path), ...loader];
}
