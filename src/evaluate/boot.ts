/**
 * Whether what is in force now will be after a reboot. It says what the judge found about the files
 * and the boot in one place, and makes no verdict better.
 */

import type { LoadOutcome } from '../audit/load.ts';
import type { Directive, Statement } from '../audit/rule.ts';
import type { Facts } from '../discover/facts.ts';
import { offWord } from '../discover/kernel-line.ts';
import type { Finding, Standing } from './finding.ts';
import { lacksOf } from './lack-words.ts';

export interface Outlook {
  /** Of the rules that the judged controls need, and their events. */
  readonly inForce: 'yes' | 'partly' | 'no' | 'unknown' | 'nothingToWatch';
  /** What keeps them from being in force, a sentence each. */
  readonly reasons: readonly string[];
  /** What a reboot brings besides. */
  readonly notes: readonly string[];
}

/** @param findings as the judge found them in `facts` */
export function bootOutlook(facts: Facts, findings: readonly Finding[]): Outlook {
  const notes = notesOn(facts);
  const wanted = findings.filter(({ targets }) => targets.length > 0);
  if (wanted.length === 0) return { inForce: 'nothingToWatch', reasons: [], notes };
  if (isUnread(facts)) return { inForce: 'unknown', reasons: [reasonUnread(facts)], notes };
  const lost = rulesLoss(facts);
  if (lost !== undefined) return { inForce: 'no', reasons: [lost], notes };
  const held = wanted.filter(({ persistent }) => persistent.kind === 'covered');
  const lacking = reasonsFor(wanted.filter((one) => !held.includes(one)));
  const daemon = daemonLoss(facts);
  const silent = held.length > 0 && daemon !== undefined;
  return {
    inForce: held.length === 0 ? 'no' : lacking.length > 0 || silent ? 'partly' : 'yes',
    reasons: [...lacking, ...(silent ? [`${daemon}, and nothing takes the events`] : [])],
    notes,
  };
}

/** Why auditd will not take the events of rules that are loaded; undefined if it will. */
export function daemonLoss({ boot, persistent, consumer }: Facts): string | undefined {
  // Another program that takes them starts in its own way.
  if (consumer.kind === 'other') return undefined;
  if (boot.daemonIdle !== undefined) return boot.daemonIdle;
  const stop = persistent.atBoot.problems.find(({ stops }) => stops);
  if (!boot.daemonNeedsRules || stop === undefined || persistent.atBoot.exit === 0)
    return undefined;
  return `at boot ${placeOf(stop.statement)} does not load, and auditd.service does not start without a clean load`;
}

function isUnread({ mechanism, kernel }: Facts): boolean {
  return mechanism.kind === 'none' && kernel.kind === 'unreachable' && kernel.cause === 'privilege';
}

function reasonUnread({ mechanism }: Facts): string {
  return mechanism.kind === 'none' ? mechanism.reason : 'the rule files could not be read';
}

function rulesLoss({ mechanism }: Facts): string | undefined {
  return mechanism.kind === 'none' ? mechanism.reason : mechanism.idleAtBoot;
}

/** Controls for which the same is said are told together. */
function reasonsFor(findings: readonly Finding[]): readonly string[] {
  const by = Map.groupBy(findings, ({ persistent }) => wantingIn(persistent));
  return [...by].map(
    ([why, of]) => `${of.map(({ section }) => section.number).join(', ')}: ${why}`,
  );
}

function wantingIn(persistent: Standing): string {
  switch (persistent.kind) {
    case 'absent':
      return 'no file that is loaded at boot holds a rule for it';
    case 'partial':
      return lacksOf(persistent);
    case 'suppressed':
    case 'unknown':
      return persistent.reason;
    case 'covered':
      return '';
    default:
      return persistent satisfies never;
  }
}

function notesOn(facts: Facts): readonly string[] {
  const { boot, kernel, persistent, mechanism } = facts;
  const { next, sources } = boot.kernelLines;
  const later = next && offWord(next) ? [] : sources.filter((line) => offWord(line));
  return [
    ...(mechanism.kind === 'none' ? [] : loadNotes(persistent.atBoot)),
    ...(kernel.kind === 'reachable' && kernel.enabled === 'immutable'
      ? []
      : lockNotes(persistent.statements, persistent.atBoot)),
    ...later.map(
      (line) =>
        `${line.where} says ${offWord(line) ?? ''}: nothing is audited once the boot loader's files are made anew`,
    ),
    ...(boot.isFirst ? ['it has not booted yet: presets decide whether auditd starts then'] : []),
    ...(boot.hasJournal ? ['systemd-journald reads the events, too'] : []),
  ];
}

function loadNotes({ problems }: LoadOutcome): readonly string[] {
  const stop = problems.find(({ stops }) => stops);
  return stop === undefined
    ? []
    : [`the load ends at ${placeOf(stop.statement)} (${stop.reason}): no rule after it is loaded`];
}

function lockNotes(statements: readonly Statement[], { state }: LoadOutcome): readonly string[] {
  if (state.status.enabled !== 2) return [];
  const line = statements.findLast((one) => directivesOf(one).some(locks));
  const where = line === undefined ? '-e 2' : `${placeOf(line)} (-e 2)`;
  return [`${where} then locks the rules until the boot after it`];
}

function directivesOf(statement: Statement): readonly Directive[] {
  return statement.kind === 'blank' ? [] : (statement.directives ?? []);
}

function locks(directive: Directive): boolean {
  return directive.name === 'enabled' && directive.value === 2;
}

/** `FILE:LINE`. */
function placeOf({ origin }: Statement): string {
  return origin.kind === 'file' ? `${origin.file}:${origin.line}` : 'a line';
}
