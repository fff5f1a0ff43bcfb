/**
 * What a log says of audit itself: rules that came and went, settings, auditd's own start and end.
 * Source: audit_log_rule_change and audit_log_config_change, Linux 6.18; auditd 3.0.9; their logs.
 */

import { actorOf, type Actor } from './call.ts';
import { keysOf, numberOf, stringOf, type AuditRecord } from './record.ts';

export type Announcement =
  | {
      readonly kind: 'rule';
      readonly change: 'added' | 'removed' | 'replaced';
      readonly keys: readonly string[];
      /** Only where the kernel itself changed a watch: its place was replaced, moved or removed. */
      readonly path: string | undefined;
      readonly actor: Actor;
      readonly isSuccess: boolean;
    }
  | {
      readonly kind: 'setting';
      /** Such as `audit_enabled`. */
      readonly name: string;
      readonly from: number | undefined;
      readonly to: number | undefined;
      readonly actor: Actor;
      readonly isSuccess: boolean;
    }
  | {
      readonly kind: 'daemon';
      readonly change: 'started' | 'ended' | 'aborted';
      /** Of a start: itself. Of an end: who sent the signal. */
      readonly actor: Actor;
      readonly isSuccess: boolean;
    };

const CHANGES = new Map([
  ['add_rule', 'added'],
  ['remove_rule', 'removed'],
  ['updated_rules', 'replaced'],
] as const);

const DAEMON = new Map([
  ['DAEMON_START', 'started'],
  ['DAEMON_END', 'ended'],
  ['DAEMON_ABORT', 'aborted'],
] as const);

const SETTING = /^audit_[a-z_]{1,60}$/;

/** What the records of one event announce; undefined if it is nothing of the kind. */
export function announcementOf(records: readonly AuditRecord[]): Announcement | undefined {
  const told = records.find(({ type }) => type === 'CONFIG_CHANGE' || lookUp(DAEMON, type));
  if (told === undefined) return undefined;
  const { fields } = told;
  const isSuccess = /^(?:1|success)$/.test(fields.get('res') ?? '');
  const daemon = lookUp(DAEMON, told.type);
  if (daemon !== undefined)
    return { kind: 'daemon', change: daemon, actor: actorOf(fields), isSuccess };
  // Of a change of rules, the call beside it says more of who it was.
  const call = records.find(({ type }) => type === 'SYSCALL');
  const actor = actorOf((call ?? told).fields);
  const change = lookUp(CHANGES, fields.get('op') ?? '');
  if (change !== undefined) {
    const path = stringOf(fields.get('path') ?? fields.get('dir'));
    const keys = keysOf(fields.get('key'));
    return { kind: 'rule', change, keys, path, actor, isSuccess };
  }
  const name = [...fields.keys()].find((one) => SETTING.test(one));
  if (name === undefined) return undefined;
  const [from, to] = [numberOf(fields.get('old')), numberOf(fields.get(name))];
  return { kind: 'setting', name, from, to, actor, isSuccess };
}

function lookUp<T>(table: ReadonlyMap<string, T>, word: string): T | undefined {
  return table.get(word);
}
