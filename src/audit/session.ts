/** One run of auditctl against a kernel: statements act on it, one after the other. */

import { canonical, identityOf } from './canonical.ts';
import {
  hasKey,
  isAbsent,
  malformed,
  missing,
  REFUSALS,
  RuleTable,
  type KernelState,
  type Refusal,
} from './kernel.ts';
import type { Directive, Rule, RuleStatement, Statement } from './rule.ts';
import type { KernelStatus } from './status.ts';
import { isSince } from './vocabulary.ts';
import type { World } from './world.ts';

/** Milliseconds. Source: 10 * AUDIT_BACKLOG_WAIT_TIME, kernel/audit.c; measured. */
const LONGEST_WAIT = 600_000;

export class KernelSession {
  /** What an error leads to: `-i` and `-c` change it, and `-c` wins. */
  onError: 'stop' | 'ignore' | 'continue' = 'stop';
  /** Whether an error counts in the exit status; a later `-c` forgets those before it. */
  failed = false;
  readonly #world: World;
  readonly #table: RuleTable;
  #status: KernelStatus;

  constructor(world: World, start: KernelState) {
    this.#world = world;
    this.#table = new RuleTable(start.table);
    this.#status = start.status;
  }

  get state(): KernelState {
    return { table: this.#table.rules, status: this.#status };
  }

  /** Does what `statement` says; gives auditctl's words if it fails. */
  perform(statement: Statement): string | undefined {
    if (statement.kind === 'blank') return undefined;
    if (statement.kind !== 'rule' && statement.unsent !== undefined) {
      const read = canonical(statement.unsent, this.#world);
      if ('reason' in read) return read.reason;
    }
    for (const directive of statement.directives ?? []) {
      const reason = this.#direct(directive);
      if (reason !== undefined) return reason;
    }
    if (statement.kind === 'unreadable') return statement.reason;
    return statement.kind === 'rule' ? this.#append(statement) : undefined;
  }

  #direct(directive: Directive): string | undefined {
    switch (directive.name) {
      case 'deleteAll':
        return this.#deleteAll(directive.key ?? '');
      case 'enabled':
        return this.#set({ enabled: directive.value }, 'enable');
      case 'failure':
        return this.#set({ failure: directive.value }, 'failure mode');
      case 'rateLimit':
        return this.#set({ rateLimit: directive.value }, 'rate limit');
      case 'backlogLimit':
        return this.#set({ backlogLimit: directive.value }, 'backlog limit');
      case 'backlogWaitTime':
        if (directive.value > LONGEST_WAIT) return refusedRequest('backlog limit', 'EINVAL');
        return this.#set({ backlogWaitTime: directive.value }, 'backlog limit');
      case 'loginuidImmutable':
        this.#status = { ...this.#status, loginuidImmutable: true };
        return undefined;
      case 'ignoreErrors':
        if (this.onError === 'stop') this.onError = 'ignore';
        return undefined;
      case 'continueOnErrors':
        this.onError = 'continue';
        this.failed = false;
        return undefined;
      case 'removeWatch':
      case 'deleteRule':
        return this.#delete(directive.rule);
      case 'equivalent':
        return directive.paths.some((path) => isAbsent(path, this.#world))
          ? refusedRequest('make equivalent', 'ENOENT')
          : undefined;
      case 'other':
        return undefined;
      default:
        return directive satisfies never;
    }
  }

  get #locked(): boolean {
    return this.#status.enabled === 2;
  }

  #set(change: Partial<KernelStatus>, what: string): string | undefined {
    if (this.#locked) return refusedRequest(what, 'EPERM');
    this.#status = { ...this.#status, ...change };
    return undefined;
  }

  #deleteAll(key: string): string | undefined {
    if (this.#locked) {
      const some = this.#table.rules.some(({ rule }) => hasKey(rule, key));
      return some ? `Error deleting rule (${REFUSALS.EPERM})` : undefined;
    }
    this.#table.removeAll(key);
    return undefined;
  }

  #append({ rule, prepend, origin }: RuleStatement): string | undefined {
    if (prepend && deletesOnPrepend(this.#world)) return this.#delete(rule);
    const sent = canonical(rule, this.#world);
    if ('reason' in sent) return sent.reason;
    const identity = identityOf(sent.value);
    const refusal = this.#refusal(sent.value, identity, prepend);
    if (refusal !== undefined) return refusedRequest('add rule data', refusal);
    this.#table.add({ rule: sent.value, origin }, identity, prepend);
    return undefined;
  }

  /** A prepended rule is never equal to one in the table: the kernel compares that flag, too. */
  #refusal(rule: Rule, identity: string, prepend: boolean): Refusal | undefined {
    if (this.#locked) return 'EPERM';
    const refusal = malformed(rule, this.#world);
    if (refusal !== undefined) return refusal;
    if (!prepend && this.#table.has(identity)) return 'EEXIST';
    return missing(rule, this.#world);
  }

  #delete(rule: Rule): string | undefined {
    const sent = canonical(rule, this.#world);
    if ('reason' in sent) return sent.reason;
    const refusal = this.#locked ? 'EPERM' : malformed(sent.value, this.#world);
    if (refusal !== undefined) return refusedRequest('delete rule data', refusal);
    return this.#table.remove(sent.value)
      ? undefined
      : refusedRequest('delete rule data', 'ENOENT');
  }
}

/** `-A` deletes in audit 4.0.5 to 4.1.0. Source: ChangeLog, audit 4.1.1; measured on 4.0.5. */
export function deletesOnPrepend({ version }: World): boolean {
  return isSince(version, [4, 0, 5]) && !isSince(version, [4, 1, 1]);
}

function refusedRequest(what: string, refusal: Refusal): string {
  return `Error sending ${what} request (${REFUSALS[refusal]})`;
}
