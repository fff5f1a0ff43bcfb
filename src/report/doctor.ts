/** `dockaudit doctor`: how this host stands with its audit rules, in fifteen labelled lines at most. */

import type { Change } from '../apply/change.ts';
import type { Facts } from '../discover/facts.ts';
import type { Plan } from '../plan/plan.ts';
import type { Prospect } from '../plan/prospect.ts';
import { shellLine } from '../shell.ts';
import type { Style } from '../terminal/terminal.ts';
import { counted, printable } from '../text.ts';
import { outlookWords, sinceWords, type BootReport } from './boot.ts';
import { consumerText, kernelText, mechanismText } from './host.ts';
import { heading, rows, type Row } from './layout.ts';
import { logRows } from './log.ts';
import type { Run } from './report.ts';
import { STATES } from './words.ts';

/** All that it tells. */
export interface Diagnosis {
  readonly run: Run;
  readonly facts: Facts;
  /** Empty where it cannot be read. */
  readonly kernelRelease: string;
  readonly boot: BootReport;
  readonly reload: Prospect | undefined;
  readonly afterBoot: Prospect;
  readonly plan: Pick<Plan, 'leftOut' | 'blockers'>;
  /** Undefined where they may not be read; the newest first. */
  readonly changes: readonly Change[] | undefined;
  readonly unfinished: Change | undefined;
  readonly state: { readonly directory: string; readonly lock: Lock };
  /** Who else writes rule files: a sentence each. */
  readonly managers: readonly { readonly name: string; readonly path: string }[];
  readonly exitCode: number;
}

/** Whether another run is at work. */
export interface Lock {
  readonly kind: 'free' | 'held' | 'left' | 'unknown';
  readonly pid?: number;
}

/** One row for each question. */
export function describeDiagnosis(seen: Diagnosis, style: Style): string {
  const { facts, run, boot, plan } = seen;
  const { machine, kernel } = facts;
  const title = machine.name === '' ? 'Host' : `Host ${printable(machine.name)}`;
  const entries: readonly Row[] = [
    ['system', `${machine.distribution.title}, ${machine.architecture}, ${initText(machine.init)}`],
    ['versions', versionsText(seen, run)],
    ['kernel', `${kernelText(kernel)}${settingsText(facts)}`],
    ['rules', mechanismText(facts)],
    ['restart', restartText(facts)],
    ['reload', reloadText(seen)],
    ['reboot', [outlookWords(boot), ...bootText(seen), ...boot.notes].join('; ')],
    ...(boot.since === undefined
      ? []
      : [['last boot', sinceWords(boot.since).join('; ')] as const]),
    ['events', consumerText(facts.consumer, kernel)],
    ...logLines(facts),
    ['left out', leftOutText(plan)],
    ['changes', `${changesText(seen)}; ${lockText(seen.state.lock)}`],
    ['others', othersText(seen)],
  ];
  return `${heading(title, style)}\n${rows(entries, style)}`;
}

const INITS = {
  systemd: 'systemd',
  openrc: 'OpenRC',
  sysv: 'init scripts',
  none: 'no init system',
} as const;

function initText(init: Facts['machine']['init']): string {
  return INITS[init];
}

function versionsText({ facts, kernelRelease }: Diagnosis, { tool }: Run): string {
  const audit = facts.version === undefined ? 'audit unknown' : `audit ${facts.version.join('.')}`;
  const kernel = kernelRelease === '' ? [] : [`Linux ${kernelRelease}`];
  return [`dockaudit ${tool.version}`, audit, ...kernel].join(', ');
}

function settingsText({ kernel, running }: Facts): string {
  if (kernel.kind !== 'reachable') return '';
  const { failure, backlogLimit } = kernel.status;
  const count = running.kind === 'known' ? `; ${counted(running.lines.length, 'rule')}` : '';
  return `; failure ${failure}, backlog_limit ${backlogLimit}${count}`;
}

function restartText({ restart }: Facts): string {
  if (restart.restart.length === 0) return 'no way to restart auditd is known here';
  const line = restart.restart.map(shellLine).join(' && ');
  return restart.hurts.length === 0 ? line : `${line}; it would hurt: ${restart.hurts.join('; ')}`;
}

function reloadText({ facts, reload }: Diagnosis): string {
  const { kernel, mechanism } = facts;
  if (reload !== undefined) return prospectText(reload);
  if (kernel.kind === 'notAsked') return 'not asked: files only';
  if (kernel.kind === 'unreachable') return `not known: ${kernel.reason}`;
  if (kernel.enabled === 'immutable')
    return 'changes nothing: rules are locked until the next boot';
  return mechanism.kind === 'none' ? `not possible: ${mechanism.reason}` : 'not known';
}

function bootText({ facts, afterBoot }: Diagnosis): readonly string[] {
  const isKnown = facts.mechanism.kind !== 'none' || facts.kernel.kind === 'reachable';
  if (!isKnown) return [];
  const isCompared = facts.running.kind === 'known';
  return [isCompared ? prospectText(afterBoot) : `${counted(afterBoot.count, 'rule')} then`];
}

function prospectText({ count, come, go, settings, stop }: Prospect): string {
  const moves = [
    ...(come.length > 0 ? [`${counted(come.length, 'rule')} would come`] : []),
    ...(go.length > 0 ? [`${counted(go.length, 'rule')} would go`] : []),
    ...settings,
  ];
  const cut = stop === undefined ? '' : `, cut off at ${stop.where} (${stop.reason})`;
  const what = moves.length === 0 ? 'nothing would change' : moves.join(', ');
  return `${what}: ${counted(count, 'rule')} then${cut}`;
}

/** What the log's rows say, each told apart by its label. */
function logLines(facts: Facts): readonly Row[] {
  const all = logRows(facts);
  const when = all.filter(([label]) => label !== 'log' && label !== 'room');
  return [
    ...all.filter(([label]) => label === 'log' || label === 'room'),
    ['when full', when.map(([label, ...texts]) => `${label}: ${texts.join(' ')}`).join('; ')],
  ];
}

function leftOutText({ leftOut, blockers }: Diagnosis['plan']): string {
  const said = [
    ...blockers.map(({ path, line, reason }) => {
      const where = path === undefined ? '' : `${path}${line === undefined ? '' : `:${line}`}: `;
      return `a fix is blocked: ${where}${reason}`;
    }),
    ...leftOut.map(({ control, reason }) => `${control}: ${reason}`),
  ];
  return said.length === 0 ? 'nothing' : said.join('; ');
}

function changesText({ changes, unfinished, state }: Diagnosis): string {
  if (changes === undefined) return `not looked at, in ${state.directory}`;
  const [latest] = changes;
  if (latest === undefined) return `none, in ${state.directory}`;
  const cut =
    unfinished === undefined ? '' : `; ${unfinished.record.id} is ${STATES[unfinished.state]}`;
  return `${changes.length} in ${state.directory}, the latest ${latest.record.id}: ${STATES[latest.state]}${cut}`;
}

function lockText({ kind, pid }: Lock): string {
  switch (kind) {
    case 'free':
      return 'no other run is at work';
    case 'held':
      return `process ${pid ?? 0} is at work and holds the lock`;
    case 'left':
      return 'a run that is gone left its lock behind, and the next one takes it over';
    case 'unknown':
      return 'what stands in place of the lock is not ours';
    default:
      return kind satisfies never;
  }
}

function othersText({ managers, facts }: Diagnosis): string {
  const said = [
    ...managers.map(({ name, path }) => `${name} writes ${path}`),
    ...facts.onlookers.map((one) =>
      one.kind === 'etckeeper' ? 'etckeeper keeps /etc' : `${one.name} compares files`,
    ),
  ];
  return said.length === 0 ? 'nobody that is known manages these files' : said.join('; ');
}
