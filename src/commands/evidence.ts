/** `dockaudit evidence verify DIR`: whether evidence is as it was written. Offline, as anybody. */

import { verifyDossier, type Expected } from '../dossier/verify.ts';
import { ExitStatus, UsageFailure } from '../errors.ts';
import { isUnread } from '../dossier/alterations.ts';
import { describeVerification } from '../report/verification.ts';
import type { VerificationReport } from '../report/report.ts';
import type { Context } from './context.ts';
import { deliverText } from './deliver.ts';
import { isHash } from './evidence-options.ts';
import { givenPath } from './given-path.ts';

export async function evidence(context: Context): Promise<number> {
  const { words, options, here, run } = context;
  const [verb, directory, stray] = words;
  if (verb !== 'verify' || directory === undefined || stray !== undefined)
    throw new UsageFailure(
      'evidence takes the word verify and one directory',
      "write 'dockaudit evidence verify DIR'",
    );
  const verified = await verifyDossier(here, givenPath(directory), expectedBy(context));
  const { alterations } = verified;
  const exitCode = alterations.some(isUnread)
    ? ExitStatus.failed
    : alterations.length > 0
      ? ExitStatus.findings
      : ExitStatus.ok;
  const report: VerificationReport = { run, ...verified, exitCode };
  if (options.format === 'json') {
    const { verificationJson } = await import('../report/verification-json.ts');
    await deliverText(context, () => verificationJson(report));
  } else await deliverText(context, (style) => describeVerification(report, style));
  return exitCode;
}

function expectedBy({ options }: Context): Expected {
  const { hash, previous, allowedSigners, signer } = options;
  const small = previous?.toLowerCase();
  return {
    hash,
    previous:
      previous === undefined
        ? undefined
        : small !== undefined && isHash(small)
          ? { kind: 'hash', sha256: small }
          : { kind: 'dossier', directory: givenPath(previous) },
    allowed:
      allowedSigners === undefined || signer === undefined
        ? undefined
        : { file: givenPath(allowedSigners), signer },
  };
}
