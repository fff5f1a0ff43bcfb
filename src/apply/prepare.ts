/** Before any byte changes: nothing has moved since the plan was made, and the ways back and forward are on disk. */

import { ChangeFailure } from '../errors.ts';
import { byteLength, printable } from '../text.ts';
import { backUp, keepAfter } from './backup.ts';
import type { ChangeRecord } from './change.ts';
import { registrationFor } from './after-boot.ts';
import { openJournal } from './journal.ts';
import { draftForward, draftRecord } from './record.ts';
import { reserve, reserveBytes } from './reserve.ts';
import { requireRoom } from './room.ts';
import { stepper, type Step } from './steps.ts';
import { directoryOf } from './store.ts';
import type { Undertaking } from './undertaking.ts';

/** @throws ChangeFailure if the host moved; HostFailure if the undo cannot be written */
export async function prepare(
  undertaking: Undertaking,
  id: string,
  step: Step,
): Promise<ChangeRecord> {
  const { host, store, plan, facts, root, tool, argv, asked, announced, moved, progress } =
    undertaking;
  const { afterBoot } = undertaking;
  const unchanged = { changeId: id, rolledBack: false };
  await step('look once more', async () => {
    const names = await moved();
    if (names.length > 0)
      throw new ChangeFailure(
        `cannot apply the plan: the host changed since it was made: ${printable(names.join(', '))}`,
        'run dockaudit again: it plans anew',
        unchanged,
      );
    await requireRoom(host, store, { plan, facts });
    return 'nothing moved since the plan was made';
  });
  const origin = { facts, plan, root, tool, argv, announced };
  let record: ChangeRecord | undefined;
  // Whole or not at all: once the journal stands, a signal goes the way back.
  await stepper(host.clock, progress)('back up', async () => {
    const files = await backUp(host, store, id, plan.touches);
    const forward = { ...draftForward(plan, asked), files: await keepAfter(store, id, plan.edits) };
    record = {
      ...draftRecord(origin, id, host.clock.now()),
      files,
      forward,
      ...(afterBoot && { afterBoot: registrationFor(id, afterBoot.program) }),
    };
    const edited = plan.edits.reduce((sum, { after }) => sum + (after?.bytes.length ?? 0), 0);
    await reserve(store, id, reserveBytes(byteLength(JSON.stringify(record)), edited));
    await openJournal(store, record);
    return `${files.length} file${files.length === 1 ? '' : 's'} to ${directoryOf(store, id)}`;
  });
  if (!record) throw new Error('the step before returned without a record');
  return record;
}
