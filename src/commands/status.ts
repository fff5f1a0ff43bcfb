/** The exit status of a report under this run's options. */

import { exitStatus } from '../report/exit-status.ts';
import type { Context } from './context.ts';
import type { Survey } from './survey.ts';

export interface Circumstances {
  /** Edits wait. */
  readonly waiting?: boolean;
  /** The plan is blocked. */
  readonly blocked?: boolean;
  /** A proof says that something was not recorded. */
  readonly unrecorded?: boolean;
}

export function statusOf(
  { options }: Pick<Context, 'options'>,
  { findings, facts }: Survey,
  circumstances: Circumstances = {},
): number {
  const { failOn, exitZero, procedure } = options;
  return exitStatus(
    findings,
    { exitZero, procedure, ...(failOn === undefined ? {} : { failOn }), ...circumstances },
    facts,
  );
}
