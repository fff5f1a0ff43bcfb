/** The plan for a person: the files, what follows from them, the commands, and what is not done. */

import type { Argv } from '../host/host.ts';
import type { Activation, Blocker, Daemon, Edit, Plan, Preview, Silencer } from '../plan/plan.ts';
import { shellLine } from '../shell.ts';
import type { Style } from '../terminal/terminal.ts';
import { counted, decode, printable } from '../text.ts';
import { drawLines, drawPatch } from './diff.ts';
import { heading, listed, paint, type Row, rows, wrap } from './layout.ts';
import { logRows } from './log.ts';
import { describeNoise } from './noise.ts';
import type { HostFacts } from './report.ts';
import { verdictWord } from './words.ts';

/** All that a person should see before saying yes. */
export async function describePlan(
  plan: Plan,
  facts: Pick<HostFacts, 'storage' | 'consumer'>,
  style: Style,
): Promise<string> {
  const files = await Promise.all(plan.edits.map((edit) => describeEdit(edit, style)));
  const previews = await Promise.all(plan.preview.map((each) => describePreview(each, style)));
  const parts = [
    ...(plan.blockers.length > 0 ? [] : [heading(summary(plan), style)]),
    ...files,
    ...previews,
    describeCommands(plan, style),
    section('What it will log', describeNoise(plan.watches, style), style),
    section('Where it goes', plan.watches.length > 0 ? rows(logRows(facts), style) : '', style),
    describeSilencers(plan.unsilenced, style),
    section('Expected verdicts', promiseLines(plan, style), style),
    section('Left out', leftOutRows(plan, style), style),
    section('Who will notice', witnessRows(plan, style), style),
    section('To know', plan.notes.map((note) => bullet(note, style)).join('\n'), style),
    section('Blocked: nothing will be changed', blockerLines(plan.blockers, style), style),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** One sentence: what saying yes would do. */
function summary({ edits, activation, daemon, liveOnly, unsilenced }: Plan): string {
  const lines = unsilenced.filter(({ line }) => line !== undefined).length;
  const written = edits.filter(({ after }) => after).length;
  const verbs = [
    ...(written > 0 ? [`write ${counted(written, 'file')}`] : []),
    ...(edits.length > written ? [`remove ${counted(edits.length - written, 'file')}`] : []),
    ...(lines > 0 ? [`comment out ${counted(lines, 'line')}`] : []),
    ...(activation.kind === 'load' ? ['load the rules'] : []),
    ...(activation.kind === 'add' ? ["change the kernel's rules one by one"] : []),
    ...(daemon.kind === 'leave' ? [] : [`${daemon.kind} auditd`]),
    ...(liveOnly ? [`add ${counted(liveOnly.commands.length, 'rule')} that no file may hold`] : []),
  ];
  if (verbs.length === 0) return 'Plan: nothing to change';
  const satisfied = edits.flatMap(({ satisfies }) => [...satisfies]);
  const controls = [...new Set([...satisfied, ...(liveOnly?.controls ?? [])])].toSorted(byNumber);
  const whom = controls.length === 0 ? '' : ` for ${listed(controls)}`;
  const wait = activation.kind === 'reboot' && edits.length > 0 ? '; effective after a reboot' : '';
  return `Plan: ${listed(verbs)}${whom}${wait}`;
}

/** `1.1.9` before `1.1.10`. */
function byNumber(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

function section(title: string, body: string, style: Style): string {
  return body === '' ? '' : `${heading(title, style)}\n${body}`;
}

/** One file: what is done with it, and the diff. */
export async function describeEdit(edit: Edit, style: Style): Promise<string> {
  const { path, before, after, satisfies } = edit;
  const texts = { before: before && decode(before.bytes), after: after && decode(after.bytes) };
  const title = `${heading(`${after ? 'Write' : 'Remove'} ${printable(path)}`, style)}\n`;
  const whom = satisfies.length === 0 ? '' : `, for ${listed(satisfies)}`;
  const note = wrap(`${whatOf(edit)}${whom}`, style, '  ');
  return `${title}${note}\n${await drawPatch({ path, ...texts }, style)}`;
}

function whatOf({ before, after }: Edit): string {
  if (!after) return 'nothing is left in it';
  return before ? 'edited' : `new file, mode ${after.mode.toString(8).padStart(4, '0')}`;
}

/** What follows from the edits: the loader's own file, the table or the status. */
export async function describePreview(preview: Preview, style: Style): Promise<string> {
  if (preview.kind === 'file') {
    const title = heading(`Then ${printable(preview.path)}`, style);
    const patch = await drawPatch(preview, style);
    const note =
      patch === ''
        ? 'as it is now'
        : 'as the loader of this host will write it, from the files above';
    return [title, wrap(note, style, '  '), patch].filter((part) => part !== '').join('\n');
  }
  const { before, after } = preview;
  const isSame = before.length === after.length && before.every((line, at) => line === after[at]);
  const isTable = preview.kind === 'table';
  const title = heading(isTable ? "The kernel's rules" : "The kernel's status", style);
  const counts = isTable ? `${before.length} before, ${after.length} after` : 'before and after';
  const same = isTable ? `${before.length}, unchanged` : `unchanged: ${before.join(', ')}`;
  if (isSame) return `${title}\n${wrap(same, style, '  ')}`;
  return `${title}\n  ${counts}\n${await drawLines(before, after, style)}`;
}

function describeCommands({ edits, activation, daemon, liveOnly }: Plan, style: Style): string {
  const load = commandsOf(activation);
  const restart = commandsOf(daemon);
  const last = liveOnly?.commands ?? [];
  const count = load.length + restart.length + last.length;
  if (count + edits.length === 0) return '';
  const lines = [
    ...commandLines(load, activation.reason, style),
    ...commandLines(restart, daemon.reason, style),
    ...commandLines(last, liveOnly?.reason ?? '', style),
  ];
  const title = count === 0 ? 'No command will run' : 'Commands, in order';
  return section(title, lines.join('\n'), style);
}

function commandsOf(step: Activation | Daemon): readonly Argv[] {
  return 'commands' in step ? step.commands : [];
}

/** Commands and why; where there are none, why there are none. */
function commandLines(commands: readonly Argv[], reason: string, style: Style): readonly string[] {
  const typed = commands.map((argv) => `  ${paint(style, 'cyan', printable(shellLine(argv)))}`);
  if (reason === '') return typed;
  return [...typed, wrap(reason, style, typed.length === 0 ? '  ' : '    ')];
}

/** What silences: where it stands, what it says, and for which controls. */
export function describeSilencers(silencers: readonly Silencer[], style: Style): string {
  const lines = silencers
    .map(({ controls, text, line, index }) => {
      const place = line ? `${line.file}:${line.line}` : `kernel rule ${index}`;
      const where = `  ${paint(style, 'cyan', printable(place))}  ${printable(text.trim())}`;
      return `${where}\n${wrap(`it silences ${listed(controls)}`, style, '    ')}`;
    })
    .join('\n');
  return section('What silences controls, and would be taken out of force', lines, style);
}

function promiseLines({ promises }: Plan, style: Style): string {
  const width = Math.max(0, ...promises.map(({ control }) => control.length));
  return promises
    .map(({ control, verdict, procedure }) => {
      const both = procedure === undefined ? '' : ", also by the book's command";
      return `  ${control.padEnd(width)}  ${verdictWord(verdict, style)}${both}`;
    })
    .join('\n');
}

function leftOutRows({ leftOut }: Plan, style: Style): string {
  const entries = leftOut.map((each): Row => [each.control, each.reason, `Mend: ${each.mend}`]);
  return entries.length === 0 ? '' : rows(entries, style);
}

function witnessRows({ witnesses }: Plan, style: Style): string {
  return witnesses.length === 0
    ? ''
    : rows(
        witnesses.map(({ who, what }): Row => [printable(who), what]),
        style,
      );
}

function blockerLines(blockers: readonly Blocker[], style: Style): string {
  return blockers
    .map(({ path, line, reason, mend }) => {
      const where = path === undefined ? [] : [`${path}${line === undefined ? '' : `:${line}`}`];
      return [
        ...where.map((place) => `  ${paint(style, 'cyan', printable(place))}`),
        wrap(reason, style, '  '),
        wrap(`Mend: ${mend}`, style, '  '),
      ].join('\n');
    })
    .join('\n\n');
}

function bullet(text: string, style: Style): string {
  return wrap(text, style, style.unicode ? '  • ' : '  - ');
}
