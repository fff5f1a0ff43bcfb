/** After an undo only looking and telling are left: where they fail the undo stands, and that is said. */

import { ChangeFailure, HostFailure } from '../errors.ts';

/** @throws ChangeFailure (4: the host is as before) where `task` cannot look at the host */
export async function afterwards<T>(changeId: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (cause) {
    if (!(cause instanceof HostFailure)) throw cause;
    throw new ChangeFailure(
      `change ${changeId} was undone, and then the host could not be looked at: ${cause.message}`,
      cause.advice,
      { changeId, rolledBack: true },
      cause,
    );
  }
}
