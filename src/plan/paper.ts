/** A plan carried out on paper: the facts as they will be, for the same judge. Pure. */

import { loadOrder } from '../audit/order.ts';
import type { Facts, RulesFile } from '../discover/facts.ts';
import { persistentOf } from '../discover/persistent.ts';
import { nameOf } from '../paths.ts';
import { decode } from '../text.ts';
import type { Way } from './activation.ts';
import type { Edit } from './plan.ts';

/** `facts` with the file written; what the loader makes of it follows. */
export function withEdit(facts: Facts, edit: Edit | undefined): Facts {
  if (!edit) return facts;
  const { path, after } = edit;
  const written: readonly RulesFile[] = after
    ? [{ path, text: decode(after.bytes), image: after }]
    : [];
  const others = facts.persistent.files.filter((file) => file.path !== path);
  const files = inLoadOrder([...others, ...written], facts);
  const generated = facts.persistent.generated?.present;
  const persistent = persistentOf(facts.mechanism, files, generated, facts.world);
  return { ...withoutAge(facts), persistent };
}

/** `facts` with the kernel as `way` leaves it. */
export function withKernel(facts: Facts, way: Way): Facts {
  if (!way.after || way.activation.kind === 'reboot') return facts;
  const starts = way.daemon.kind === 'start';
  const { kernel } = facts;
  const { lines } = way.after;
  const enabled = way.after.status.enabled === 0 && !starts ? 'off' : 'on';
  return {
    ...(isRenewed(facts, way) ? withoutAge(facts) : facts),
    running: { kind: 'known', lines, statements: way.after.statements },
    listing: { stdout: (lines.length > 0 ? lines : ['No rules']).join('\n'), exit: 0 },
    kernel: kernel.kind === 'reachable' ? { ...kernel, enabled } : kernel,
    consumer: starts ? { kind: 'auditd', pid: -1 } : facts.consumer,
  };
}

/** What was just written or loaded is older than nothing. */
function withoutAge(facts: Facts): Facts {
  const { loadedAt: _unused, ...rest } = facts;
  return rest;
}

/** Whether the host will show that the rules were loaded: auditd starts, or the merged file changes. */
function isRenewed({ persistent: { generated } }: Facts, { activation, daemon }: Way): boolean {
  if (daemon.kind !== 'leave') return true;
  return activation.kind === 'load' && generated?.present !== generated?.next;
}

function inLoadOrder(files: readonly RulesFile[], facts: Facts): readonly RulesFile[] {
  const { mechanism } = facts;
  if (mechanism.kind !== 'augenrules') return files;
  const byName = new Map(files.map((file) => [nameOf(file.path), file]));
  return loadOrder([...byName.keys()], mechanism.dialect).flatMap((name) => byName.get(name) ?? []);
}
