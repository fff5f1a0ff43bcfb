/** `dockaudit doctor`: how this host loads, restarts, keeps and would lose its rules; only looks. */

import { isUnfinished } from '../apply/unfinished.ts';
import { readLine, readText } from '../discover/small-files.ts';
import type { Facts } from '../discover/facts.ts';
import { ExitStatus, PrivilegeFailure } from '../errors.ts';
import { absolutePath } from '../paths.ts';
import { managedBy } from '../plan/managers.ts';
import { afterBoot, afterReload } from '../plan/prospect.ts';
import { diagnosisJson } from '../report/doctor-json.ts';
import { describeDiagnosis, type Diagnosis, type Lock } from '../report/doctor.ts';
import { bootReport } from './boot-report.ts';
import type { Context } from './context.ts';
import { deliverText } from './deliver.ts';
import { propose } from './plan.ts';
import { survey } from './survey.ts';

export async function doctor(context: Context): Promise<number> {
  const { host, run, store, options, self } = context;
  const seen = await survey(context);
  const { facts, findings, changes = [] } = seen;
  if (isBlind(facts))
    throw new PrivilegeFailure(
      'nothing of audit can be seen here',
      `sudo ${self.join(' ')} doctor`,
    );
  const isRead = facts.kernel.kind !== 'unreachable';
  const diagnosis: Diagnosis = {
    run,
    facts,
    kernelRelease: await readLine(host, absolutePath('/proc/sys/kernel/osrelease')),
    boot: bootReport(facts, findings, changes),
    reload: afterReload(facts),
    afterBoot: afterBoot(facts),
    plan: propose(context, host, seen),
    changes: isRead ? changes : undefined,
    unfinished: changes.find(isUnfinished),
    state: { directory: store.directory, lock: await lockOf(context) },
    managers: facts.persistent.files.flatMap((file) => {
      const managed = managedBy(file);
      return managed === undefined ? [] : [{ name: managed.manager.name, path: file.path }];
    }),
    exitCode: ExitStatus.ok,
  };
  await deliverText(context, (style) =>
    options.format === 'json' ? diagnosisJson(diagnosis) : describeDiagnosis(diagnosis, style),
  );
  return diagnosis.exitCode;
}

/** Whether nothing of audit could be seen for want of the privilege. */
function isBlind({ kernel, mechanism, restart }: Facts): boolean {
  const isRefused = kernel.kind === 'unreachable' && kernel.cause === 'privilege';
  return isRefused && mechanism.kind === 'none' && restart.start.length === 0;
}

/**
 * The lock is looked at, never taken: its owner's line is `pid=N boot=… start=… space=…`. One of
 * another PID namespace has a number that means nothing here: as a run would judge, it holds it.
 */
async function lockOf({ store }: Context): Promise<Lock> {
  const { host, lock } = store;
  if (!(await host.look(lock))) return { kind: 'free' };
  const line = (await readText(host, lock)) ?? '';
  const [, pid, boot, space] = OWNER.exec(line) ?? [];
  if (pid === undefined) return { kind: 'unknown' };
  const isOfThisBoot = boot === (await readLine(host, BOOT_ID));
  const own = /\d+/.exec((await host.look(OWN_SPACE))?.target ?? '')?.[0];
  const isElsewhere = space !== undefined && space !== own;
  const isThere = (await host.look(absolutePath(`/proc/${pid}`))) !== undefined;
  return { kind: isOfThisBoot && (isElsewhere || isThere) ? 'held' : 'left', pid: Number(pid) };
}

const OWNER = /^pid=(\d{1,10}) boot=([\w-]*) start=\d*(?: space=(\d+))?\n$/;
const BOOT_ID = absolutePath('/proc/sys/kernel/random/boot_id');
/** A link to `pid:[INODE]`. Source: namespaces(7). */
const OWN_SPACE = absolutePath('/proc/self/ns/pid');
