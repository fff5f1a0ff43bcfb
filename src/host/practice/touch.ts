/**
 * An event that we make on a practice host, and what its auditd writes down of it, if the practice
 * kernel's rules record it. Source: audit.log of auditd 3.0.9 on Linux 6.18, seen; auditd.conf(5).
 */

import { foresee, type Occurrence } from '../../audit/foresee.ts';
import { indexRules } from '../../audit/rule-index.ts';
import type { RuleStatement } from '../../audit/rule.ts';
import { absolutePath, type AbsolutePath } from '../../paths.ts';
import type { Deed, Touched } from '../host.ts';
import { isRunning } from './daemon.ts';
import { linesText, type Machine } from './machine.ts';
import { factsOf, worldOf } from './world.ts';

const CONF = absolutePath('/etc/audit/auditd.conf');
const LOG = absolutePath('/var/log/audit/audit.log');

/** What each is to a rule, and the number of its call on x86_64. */
const DEEDS = {
  open: { permission: 'r', call: 'openat', number: 257 },
  handle: { permission: 'r', call: 'openat', number: 257 },
  setMode: { permission: 'a', call: 'fchmod', number: 91 },
} as const satisfies Readonly<Record<Deed, object>>;

/** {@link EventMaker.touch} of a practice host, whose files stay as they are. */
export function touch(machine: Machine, path: AbsolutePath, deed: Deed): Touched | undefined {
  const { place = path } = factsOf(machine.tree, path);
  const entry = machine.tree.look(place);
  if (entry === undefined) return undefined;
  const touched = { inode: entry.inode, device: entry.device, pid: process.pid };
  const { permission, call } = DEEDS[deed];
  const key = keyOf(machine, { place, permission, call });
  if (key !== undefined && keepsLog(machine)) write(machine, { path, deed, key, touched });
  return touched;
}

/** The key of the rule that records the event, as its record shows it; undefined if none does. */
function keyOf({ tree, state }: Machine, occurrence: Occurrence): string | undefined {
  if (state.kernel.status.enabled === 0) return undefined;
  const statements = state.kernel.table.map(({ rule, origin }): RuleStatement => ({
    kind: 'rule',
    rule,
    origin,
    text: '',
    prepend: false,
    directives: [],
  }));
  const foreseen = foresee(occurrence, indexRules(statements, worldOf(tree, statements)));
  if (foreseen.kind !== 'recorded') return undefined;
  // Who we are there is not told, so a rule for some alone records nothing.
  if (foreseen.lacks.some(({ kind }) => kind === 'narrowed')) return undefined;
  const { keys } = foreseen.by.rule;
  return keys.length === 0 ? '(null)' : `"${keys.join(',')}"`;
}

function keepsLog(machine: Machine): boolean {
  const conf = machine.tree.text(CONF) ?? '';
  return isRunning(machine) && !/^\s*(?:write_logs|local_events)\s*=\s*no\s*$/im.test(conf);
}

interface Event {
  readonly path: AbsolutePath;
  readonly deed: Deed;
  readonly key: string;
  readonly touched: Touched;
}

function write({ tree, now }: Machine, { path, deed, key, touched }: Event): void {
  const present = tree.text(LOG) ?? '';
  const serial = 1 + Number([...present.matchAll(/:(\d+)\): /g)].at(-1)?.[1] ?? 0);
  const id = `msg=audit(${(now().getTime() / 1000).toFixed(3)}:${serial}):`;
  const { call, number } = DEEDS[deed];
  const ids = 'auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1';
  const who = `ppid=1 pid=${touched.pid} ${ids} comm="dockaudit" exe="/usr/bin/dockaudit"`;
  const names = `ARCH=x86_64 SYSCALL=${call} AUID="ada" UID="root" GID="root"`;
  // A call that is given a handle names no path.
  const name = deed === 'setMode' ? '(null)' : `"${path}"`;
  const what = `inode=${touched.inode} dev=fe:01 mode=0100644 ouid=0 ogid=0 rdev=00:00`;
  const records = [
    `type=SYSCALL ${id} arch=c000003e syscall=${number} success=yes exit=3 items=1 ${who} key=${key}\x1d${names}`,
    `type=CWD ${id} cwd="/"`,
    `type=PATH ${id} item=0 name=${name} ${what} nametype=NORMAL\x1dOUID="root" OGID="root"`,
  ];
  tree.write(LOG, present + linesText(records), 0o600);
}
