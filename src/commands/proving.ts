/** The proof as a part of a run: when it is wanted, how it is told while it is made. */

import type { Change } from '../apply/change.ts';
import type { Event, Progress } from '../apply/event.ts';
import { stepper } from '../apply/steps.ts';
import { HostFailure, Interrupted } from '../errors.ts';
import type { Proof } from '../verify/proof.ts';
import { notProvable, prove } from '../verify/prove.ts';
import { proofTally } from '../report/proof.ts';
import type { Report } from '../report/report.ts';
import { shellLine } from '../shell.ts';
import type { Context } from './context.ts';
import { circumstancesOf } from './plan.ts';
import { statusOf } from './status.ts';
import type { Survey } from './survey.ts';

/** Whether a fix proves what it changed: asked for, or in a session on a host whose auditd runs. */
function wantsProof({ options, terminal }: Context, { facts }: Survey): boolean {
  if (options.prove !== 'auto') return options.prove === 'always';
  return terminal.interactive && !options.yes && facts.consumer.kind === 'auditd';
}

/**
 * One step, which says how many are recorded.
 * @throws HostFailure if the log cannot be read; Interrupted on a signal
 */
export async function proofsOf(
  { host, options }: Context,
  seen: Survey,
  progress: Progress,
  signal?: AbortSignal,
): Promise<readonly Proof[]> {
  let proofs: readonly Proof[] = [];
  await stepper(
    host.clock,
    progress,
    signal,
  )('prove by an event at each place', async () => {
    proofs = await prove(host, seen, { mayTouch: options.touch, ...(signal && { signal }) });
    return proofTally(proofs);
  });
  return proofs;
}

/** Whether an event was to be recorded and was not. */
export function isUnrecorded(proofs: readonly Proof[] = []): boolean {
  return proofs.some(({ outcome }) => outcome === 'notRecorded');
}

/**
 * The proof of a change, which stands whatever comes of it; undefined where none is wanted.
 * @param steps to which this one is added
 * @throws Interrupted on a signal, which says that the change stands
 */
export async function proofsOfChange(
  context: Context,
  seen: Survey,
  { record }: Change,
  steps: Event[],
): Promise<readonly Proof[] | undefined> {
  if (!wantsProof(context, seen)) return undefined;
  try {
    return await context.shielded((signal) =>
      context.terminal.progress((emit) => {
        const progress: Progress = (event) => {
          steps.push(event);
          emit(event);
        };
        return proofsOf(context, seen, progress, signal);
      }),
    );
  } catch (cause) {
    if (cause instanceof Interrupted)
      throw cause.after(
        `change ${record.id} stands, and was not proven`,
        shellLine([...context.self, 'prove']),
      );
    if (!(cause instanceof HostFailure)) throw cause;
    return notProvable(seen.findings, cause.message);
  }
}

/** `report` of a run that had nothing to change: proven where `--prove` asks for it, and it can be. */
export async function proven(context: Context, seen: Survey, report: Report): Promise<Report> {
  const isAsked = context.options.prove === 'always' && seen.facts.kernel.kind === 'reachable';
  if (!isAsked) return report;
  const proofs = await context.terminal.progress((emit) => proofsOf(context, seen, emit));
  const circumstances = report.plan && circumstancesOf(report.plan);
  const unrecorded = isUnrecorded(proofs);
  return { ...report, proofs, exitCode: statusOf(context, seen, { ...circumstances, unrecorded }) };
}
