/**
 * `dockaudit after-boot ID`: what a unit runs once after the boot, named in no help. Says whether the
 * change is in force, writes that to the history, and takes the unit away.
 */

import { registrationFor, unregister } from '../apply/after-boot.ts';
import type { Change } from '../apply/change.ts';
import { appendEntry, readChange } from '../apply/journal.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { ChangeFailure, ExitStatus, PrivilegeFailure, UsageFailure } from '../errors.ts';
import { sinceWords } from '../report/boot.ts';
import { compareAfterBoot } from '../verify/after-boot.ts';
import { lastingPromises } from './boot-report.ts';
import type { Context } from './context.ts';
import { whenFree } from './decide.ts';
import { asRecorded } from './recovery.ts';
import { survey } from './survey.ts';

export async function afterBoot(context: Context): Promise<number> {
  const { words, options, store, host, live, program, terminal } = context;
  const [id = ''] = words;
  if (!/^[\w-]+$/.test(id) || words.length > 1)
    throw new UsageFailure(
      'after-boot takes the change',
      "it is for dockaudit's own use: 'dockaudit check' looks at any time",
    );
  if (live && !(await mayControlAudit(host)))
    throw new PrivilegeFailure('after-boot needs root (CAP_AUDIT_CONTROL)', 'start it as root');
  // Whether systemd can start us and we can read the journal is all that is asked.
  if (options.dryRun) {
    await readChange(store, id);
    return ExitStatus.ok;
  }
  return context.shielded(() =>
    whenFree(context, undefined, async () => {
      const change = await readChange(store, id);
      if (change?.state === 'kept' || change?.state === 'unconfirmed') return look(context, change);
      await unregister(host, change?.record.afterBoot ?? registrationFor(id, program));
      terminal.say(`change ${id} does not stand: there is nothing to look at`);
      return ExitStatus.ok;
    }),
  );
}

/** @throws ChangeFailure before the boot: then all stays registered */
async function look(asked: Context, change: Change): Promise<number> {
  const context = await asRecorded(asked, change);
  const { store, host, terminal, program } = context;
  const { record, state, note, deadline } = change;
  const { id } = record;
  const seen = await survey(context);
  const { bootId } = seen.facts.machine;
  if ((change.bootId ?? record.kernel?.bootId) === bootId)
    throw new ChangeFailure(
      `cannot say how change ${id} stands after the boot: this host was not booted since`,
      "'dockaudit check' looks at any time",
      { changeId: id, rolledBack: false },
    );
  const outcome = compareAfterBoot(lastingPromises(change), seen.findings);
  await appendEntry(store, id, {
    state,
    ...(note === undefined ? {} : { note }),
    ...(deadline === undefined ? {} : { deadline }),
    afterBoot: { bootId, ...outcome },
  });
  await unregister(host, record.afterBoot ?? registrationFor(id, program));
  const { bootedAt } = seen.facts.boot;
  const since = { change: id, ...(bootedAt === undefined ? {} : { bootedAt }), ...outcome };
  terminal.say(sinceWords(since).join('\n'));
  const isAsPromised = outcome.broken.length === 0 && outcome.kept.length > 0;
  return isAsPromised ? ExitStatus.ok : ExitStatus.findings;
}
