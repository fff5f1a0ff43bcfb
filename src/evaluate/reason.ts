/** From two ledgers to one verdict and one sentence. The table is docs/verdicts.md. */

import type { Facts, Target } from '../discover/facts.ts';
import { daemonLoss } from './boot.ts';
import type { Finding, Standing } from './finding.ts';
import { lacksOf, nameOf, writtenAt } from './lack-words.ts';
import { erasedNote, staleNote, unsureNote } from './reason-notes.ts';
import { untilBoot } from './transient.ts';
import { untilRestart } from './unheard.ts';
import { unproven } from './unproven.ts';

export type Described = Pick<Finding, 'verdict' | 'reason' | 'mend'>;

/** What does it, with diff, backup and undo. */
const UNSILENCE = "'dockaudit fix --unsilence' does that";

type Suppressed = Extract<Standing, { readonly kind: 'suppressed' }>;

interface Case {
  readonly running: Standing;
  readonly persistent: Standing;
  readonly targets: readonly Target[];
  readonly facts: Facts;
}

/** The verdict that the table gives, in one sentence that names what decided. */
export function describeVerdict(judged: Case): Described {
  const { kernel } = judged.facts;
  if (kernel.kind === 'unreachable' && kernel.cause === 'noAuditctl')
    return {
      verdict: 'fail',
      reason: 'auditd is not installed: nothing on this host records anything',
      mend: judged.facts.installer
        ? `install it: '${judged.facts.installer.join(' ')}'`
        : 'install auditd',
    };
  if (kernel.kind === 'unreachable') return { verdict: 'error', reason: kernel.reason };
  if (kernel.kind === 'notAsked') return filesOnly(judged);
  if (judged.running.kind === 'unknown') return { verdict: 'error', reason: judged.running.reason };
  return live(judged);
}

function filesOnly({ persistent, facts }: Case): Described {
  switch (persistent.kind) {
    case 'covered':
      return (
        untaken('the rule files watch it (files only)', facts) ?? {
          verdict: 'pass',
          reason: 'the rule files watch it (files only)',
        }
      );
    case 'partial':
      return {
        verdict: 'partial',
        reason: `the rule files watch it in part (files only): ${lacksOf(persistent)}`,
      };
    case 'suppressed':
      return suppressed('the rule files', persistent);
    case 'unknown':
      return { verdict: 'fail', reason: `no rule file is loaded here: ${persistent.reason}` };
    case 'absent':
      return {
        verdict: 'fail',
        reason: `no rule file that is loaded at boot watches it (files only)${erasedNote(facts)}`,
      };
    default:
      return persistent satisfies never;
  }
}

function live(judged: Case): Described {
  const { running, persistent, facts } = judged;
  const immutable = facts.kernel.kind === 'reachable' && facts.kernel.enabled === 'immutable';
  if (running.kind === 'suppressed' && immutable && persistent.kind === 'covered')
    return {
      verdict: 'pending',
      reason:
        'the files no longer silence it, and the kernel follows at a reboot: it is immutable (enabled 2)',
    };
  if (running.kind === 'suppressed') return suppressed('the kernel', running);
  if (running.kind === 'partial')
    return {
      verdict: 'partial',
      reason: `watched in part: ${lacksOf(running)}`,
      ...mendOf(running),
    };
  if (running.kind === 'covered') return covered(judged);
  if (persistent.kind === 'covered')
    return immutable
      ? {
          verdict: 'pending',
          reason:
            'the rule is in the files and waits for a reboot: the kernel is immutable (enabled 2)',
        }
      : {
          verdict: 'fail',
          reason: `the rule is in the files${at(persistent)}, and the kernel does not hold it${staleNote(facts)}`,
        };
  if (persistent.kind === 'partial')
    return {
      verdict: 'fail',
      reason: `the kernel holds no rule for it, and the files only in part: ${lacksOf(persistent)}`,
    };
  if (persistent.kind === 'suppressed') return suppressed('the rule files', persistent);
  return { verdict: 'fail', reason: `no rule watches it${erasedNote(facts)}` };
}

/** Only what silences needs a person: all else an added line mends. */
function mendOf(standing: Standing): Pick<Described, 'mend'> {
  const by = standing.kind === 'suppressed' ? standing.by : undefined;
  if (by) return { mend: `take out ${nameOf(by)}${by.kind === 'rule' ? `: ${UNSILENCE}` : ''}` };
  const lacks = standing.kind === 'partial' ? standing.lacks : [];
  const silenced = lacks.find((lack) => lack.kind === 'silenced');
  if (!silenced) return {};
  return { mend: `narrow ${nameOf(silenced.by)}, or take it out: ${UNSILENCE}` };
}

function covered({ running, persistent, targets, facts }: Case): Described {
  const { consumer } = facts;
  const late = untilBoot(persistent, targets, facts);
  if (late) return late;
  if (persistent.kind !== 'covered')
    return {
      verdict: 'partial',
      reason: `${lost(persistent, facts)}${unsureNote(running)}`,
      ...mendOf(persistent),
    };
  if (consumer.kind === 'none')
    return {
      verdict: 'partial',
      reason: 'the rules are loaded, and no daemon takes the events: nothing is recorded',
      mend: facts.programs.auditd ? 'start auditd' : 'install auditd, and start it',
    };
  if (consumer.kind === 'auditd' && consumer.discards)
    return {
      verdict: 'partial',
      reason: `the rules are loaded, and auditd keeps nothing: ${consumer.discards}`,
      mend: 'let auditd write its log, or forward the events',
    };
  const idle = untaken('in force now', facts);
  if (idle) return idle;
  const silent = unproven(running) ?? untilRestart(facts);
  if (silent) return silent;
  const taken =
    consumer.kind === 'other'
      ? `; ${consumer.name} (pid ${consumer.pid}) takes the events, storage not judged`
      : '';
  return { verdict: 'pass', reason: `in force and kept${at(persistent)}${taken}` };
}

/** Rules that load at boot, and no daemon that does. */
function untaken(now: string, facts: Facts): Described | undefined {
  const loss = daemonLoss(facts);
  if (loss === undefined) return undefined;
  return {
    verdict: 'partial',
    reason: `${now}; ${loss}, and nothing takes the events`,
    mend: 'see that auditd starts when this host boots',
  };
}

function lost(persistent: Standing, facts: Facts): string {
  if (persistent.kind === 'partial') return `in force now; ${lacksOf(persistent)}`;
  if (persistent.kind === 'suppressed') return `in force now; after a reload ${persistent.reason}`;
  if (persistent.kind === 'unknown') return `in force now and in no file: ${persistent.reason}`;
  const generated = facts.persistent.generated;
  return generated && generated.erased.length > 0
    ? `in force now, and only in ${generated.path}, which augenrules writes anew: lost at the next load`
    : 'in force now, and in no file that is loaded: lost at the next load';
}

function suppressed(where: string, standing: Suppressed): Described {
  if (!standing.by)
    return { verdict: 'fail', reason: standing.reason, mend: "switch it on: 'auditctl -e 1'" };
  const { text, kind } = standing.by;
  if (kind !== 'rule')
    return { verdict: 'fail', reason: `${where}: ${standing.reason}`, ...mendOf(standing) };
  const origin = writtenAt(standing.by);
  const place = origin.kind === 'file' ? `${origin.file}:${origin.line}` : where;
  const rule = text === '' ? '' : ` '${text.trim()}'`;
  return {
    verdict: 'fail',
    reason: `silenced by ${place}${rule}: ${standing.reason}`,
    mend:
      origin.kind === 'file'
        ? `take out ${place}, then load the rules: ${UNSILENCE}`
        : `take${rule || ' that rule'} out of the kernel and of the file that loads it: ${UNSILENCE}`,
  };
}

function at(standing: Extract<Standing, { kind: 'covered' }>): string {
  const [origin] = standing.by.map((statement) => statement.origin);
  return origin?.kind === 'file' ? ` (${origin.file}:${origin.line})` : '';
}
