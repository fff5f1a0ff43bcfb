/** `--evidence DIR`: looked at before anything is changed, written once all is known. */

import { openPlace } from '../dossier/place.ts';
import { requireSigner, type Signer } from '../dossier/signature.ts';
import { ExitStatus, Failure, Interrupted } from '../errors.ts';
import type { Report } from '../report/report.ts';
import type { Context } from './context.ts';
import { givenPath } from './given-path.ts';
import type { Survey } from './survey.ts';

/** What a run saw of the host. */
export interface Seen {
  readonly before: Survey;
  /** Absent where it changed nothing. */
  readonly after?: Survey;
}

/**
 * Makes the directory, and has the key sign for a trial: what fails here keeps nothing from being
 * as it was. @throws UsageFailure, HostFailure
 */
export async function requireEvidence(context: Context): Promise<void> {
  const { here, options } = context;
  if (options.evidence === undefined) return;
  const signer = signerOf(context);
  if (signer) await requireSigner(here, signer);
  await openPlace(here, givenPath(options.evidence));
}

/**
 * The report with what came of its evidence. A change that was kept stays kept: what fails now is
 * told, and makes a 1 of a 0.
 */
export async function withEvidence(
  context: Context,
  report: Report,
  { before, after }: Seen,
): Promise<Report> {
  const { here, host, store, sections, options, shielded } = context;
  if (options.evidence === undefined) return report;
  const directory = givenPath(options.evidence);
  const { keepDossier } = await import('../dossier/keep.ts');
  try {
    const evidence = await shielded(() =>
      keepDossier({
        here,
        host,
        store,
        directory,
        report,
        looks: { before: before.facts, ...(after && { after: after.facts }) },
        sections,
        signer: signerOf(context),
        isRedacted: options.redact,
      }),
    );
    return { ...report, evidence };
  } catch (failure) {
    if (!(failure instanceof Failure) || failure instanceof Interrupted) throw failure;
    const exitCode = report.exitCode === ExitStatus.ok ? ExitStatus.failed : report.exitCode;
    return { ...report, evidence: { kind: 'failed', directory, failure }, exitCode };
  }
}

function signerOf({ options, agent }: Context): Signer | undefined {
  if (options.signWith === undefined) return undefined;
  return { key: givenPath(options.signWith), ...(agent === undefined ? {} : { agent }) };
}
