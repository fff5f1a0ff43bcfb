/** The short statement of the host: who it is, who loads its rules, who takes its events. */

import type { Consumer, FoundPlace, Kernel } from '../discover/facts.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { Style } from '../terminal/terminal.ts';
import { printable } from '../text.ts';
import { bootRows, type BootReport } from './boot.ts';
import { heading, type Row, rows } from './layout.ts';
import { placeName } from './place.ts';
import type { HostFacts } from './report.ts';

export interface HostStatement {
  readonly facts: HostFacts;
  readonly findings: readonly Finding[];
  readonly boot?: BootReport;
}

/** The host in a few labelled lines. */
export function describeHost({ facts, findings, boot }: HostStatement, style: Style): string {
  const { machine } = facts;
  const entries: readonly Row[] = [
    ['system', `${machine.distribution.title}, ${machine.architecture}`],
    ['audit', auditText(facts)],
    ['rules', mechanismText(facts)],
    ['events', consumerText(facts.consumer, facts.kernel)],
    ['kernel', kernelText(facts.kernel)],
    ...(boot === undefined ? [] : bootRows(boot, findings)),
    ...findings.map(({ section: { control } }): Row => {
      return [placeName(control.place), ...placeTexts(facts.places.get(control.slug))];
    }),
    ...facts.notes.map((note): Row => ['note', note]),
  ];
  const title = machine.name === '' ? 'Host' : `Host ${printable(machine.name)}`;
  return `${heading(title, style)}\n${rows(entries, style)}`;
}

/** Which files are loaded, and by whom. */
export function mechanismText({
  mechanism,
  kernel,
}: Pick<HostFacts, 'mechanism' | 'kernel'>): string {
  switch (mechanism.kind) {
    case 'augenrules':
      return (
        `${mechanism.rulesDirectory}/, merged into ${mechanism.merged} ` +
        `by augenrules (${mechanism.runBy})`
      );
    case 'rulesFile':
      return `${mechanism.file}, loaded by ${mechanism.runBy}`;
    case 'none':
      // Who may not look does not know.
      return kernel.kind === 'unreachable' && kernel.cause === 'privilege'
        ? `not known: ${mechanism.reason}`
        : `nothing loads them: ${mechanism.reason}`;
    default:
      return mechanism satisfies never;
  }
}

/** Who takes the events, and whether they are kept. */
export function consumerText(consumer: Consumer, kernel: Kernel): string {
  if (kernel.kind === 'notAsked') return 'not asked: files only';
  if (kernel.kind === 'unreachable') return 'unknown';
  switch (consumer.kind) {
    case 'auditd':
      return consumer.discards === undefined
        ? `auditd takes them (pid ${consumer.pid})`
        : `auditd takes them (pid ${consumer.pid}) but keeps nothing: ${consumer.discards}`;
    case 'other':
      return `${consumer.name} takes them (pid ${consumer.pid}), not auditd`;
    case 'none':
      return 'nobody takes them: auditd is not running';
    default:
      return consumer satisfies never;
  }
}

const ENABLED = {
  off: 'auditing is off',
  on: 'auditing is on',
  immutable: 'auditing is on, rules are locked until the next boot',
} as const;

/** Whether the kernel audits, and what it lost. */
export function kernelText(kernel: Kernel): string {
  switch (kernel.kind) {
    case 'reachable': {
      const lost = kernel.lost === 1 ? '1 event lost' : `${kernel.lost} events lost`;
      return `${ENABLED[kernel.enabled]}; ${lost} since boot`;
    }
    case 'unreachable':
      return `cannot be asked: ${kernel.reason}`;
    case 'notAsked':
      return 'not asked: files only';
    default:
      return kernel satisfies never;
  }
}

function placeTexts(place: FoundPlace | undefined): readonly string[] {
  if (place === undefined) return ['not looked for'];
  if (place.kind === 'notApplicable') return [place.reason];
  const required = place.targets.filter((target) => target.required);
  return [...required.map(({ path }) => path), ...place.notes];
}

function auditText({ version, kernel }: HostFacts): string {
  if (version !== undefined) return version.join('.');
  if (kernel.kind !== 'unreachable') return 'its version is unknown';
  return kernel.cause === 'noAuditctl' ? 'not installed' : 'its version cannot be asked here';
}
