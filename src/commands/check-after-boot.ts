/** `fix --check-after-boot`: whether a check is registered that systemd runs once after the boot. */

import { unregister } from '../apply/after-boot.ts';
import type { Undertaking } from '../apply/undertaking.ts';
import type { Facts } from '../discover/facts.ts';
import { UnsupportedFailure } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Context } from './context.ts';
import type { Survey } from './survey.ts';

/** Before anything is written. @throws UnsupportedFailure where no systemd would run it */
export function requireSystemd({ options }: Context, { machine }: Facts): void {
  if (!options.checkAfterBoot || machine.init === 'systemd') return;
  throw new UnsupportedFailure(
    'cannot register a check after the boot: no systemd runs here that would start it',
    "leave --check-after-boot out, and run 'dockaudit check' after the boot",
  );
}

/** Where the change waits for a reboot a session asks; no is the default. */
export async function offerCheck(
  context: Context,
  { machine }: Facts,
  { activation }: Plan,
): Promise<Context> {
  const { options, terminal } = context;
  const waits = activation.kind === 'reboot' && machine.init === 'systemd';
  if (!waits || !terminal.interactive || options.yes || options.checkAfterBoot) return context;
  const agrees = await terminal.confirm(
    'Look once after the next boot whether they are in force, and write that to the history?',
  );
  return agrees ? { ...context, options: { ...options, checkAfterBoot: true } } : context;
}

/** For the change. */
export function checkOf({ options, program }: Context): Pick<Undertaking, 'afterBoot'> {
  return options.checkAfterBoot ? { afterBoot: { program } } : {};
}

/** Takes away each check that still waits for its boot: it is ours, too. The lock is held. */
export async function withdrawChecks(
  { host, terminal }: Context,
  { changes = [] }: Survey,
): Promise<void> {
  for (const { record } of changes) {
    const { afterBoot, id } = record;
    if (afterBoot === undefined || !(await host.look(afterBoot.unit))) continue;
    await unregister(host, afterBoot);
    terminal.note(`the check after the boot of change ${id} is gone, too`);
  }
}
