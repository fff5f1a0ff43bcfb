/** What a control asks and why, what it costs, and how this host stands, with the deciding lines. */

import type { Control, Section } from '../controls/control.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { Style } from '../terminal/terminal.ts';
import { printable } from '../text.ts';
import { describeFindings } from './findings.ts';
import { heading, paint, rows, wrap } from './layout.ts';
import { logRows } from './log.ts';
import { noiseRows } from './noise.ts';
import { numbersText, outsideText } from './numbers.ts';
import { placeWords } from './place.ts';
import type { HostFacts } from './report.ts';
import { VERDICTS } from './words.ts';

export function explain(
  section: Section,
  finding: Finding,
  facts: HostFacts,
  style: Style,
): string {
  const { control } = section;
  const title = wrap(`${section.number}  ${control.title}`, style, '', '  ');
  const parts = [
    `${paint(style, 'bold', title)}\n${wrap(standingInTheBook(section), style)}`,
    part('What it asks', prose(request(section), style), style),
    part('Why', prose(control.rationale, style), style),
    part('Impact', impact(section, facts, style), style),
    part('Default', prose(control.defaultValue, style), style),
    part('How this host stands', standing(finding, style), style),
    part("The book's own procedure", procedure(section, finding, style), style),
    part("The book's remediation", prose(control.remediation, style), style),
    part('References', references(section, style), style),
    part('In other scanners', outside(control, style), style),
  ];
  return parts.filter((text) => text !== '').join('\n\n');
}

/** Level and slug, its other numbers, and what of it nobody saw in the source. */
function standingInTheBook({ level, control, otherNumbers, unverified }: Section): string {
  const others = otherNumbers.length === 0 ? '' : `; ${numbersText(otherNumbers)}`;
  return [
    `Level ${level}, ${control.slug}${others}.`,
    ...(unverified === undefined ? [] : [unverified]),
    ...(otherNumbers.some((other) => other.unverified)
      ? ['(* number or level was not seen in that version.)']
      : []),
  ].join(' ');
}

function request({ control, also }: Section): string {
  const named = also.map((place) => `This version of the book also names ${placeWords(place)}.`);
  return [control.description, ...named].join('\n');
}

function outside({ outside: ids }: Control, style: Style): string {
  return ids.map((one) => wrap(outsideText(one), style, '  ', '    ')).join('\n');
}

function part(title: string, body: string, style: Style): string {
  return body === '' ? '' : `${heading(title, style)}\n${body}`;
}

/** Paragraphs of a template; they are ours, so their line breaks count. */
function prose(text: string, style: Style): string {
  return text
    .trim()
    .split('\n')
    .map((line) => (line === '' ? '' : wrap(line, style, '  ')))
    .join('\n');
}

function standing(finding: Finding, style: Style): string {
  const text = describeFindings([finding], { ...style, width: style.width - 2 });
  return text.replace(/^/gm, '  ');
}

function impact({ control }: Section, facts: HostFacts, style: Style): string {
  const entries = [...noiseRows(control, facts.storage), ...logRows(facts)];
  return `${prose(control.impact, style)}\n  On this host:\n${rows(entries, style, '    ')}`;
}

function procedure({ control }: Section, finding: Finding, style: Style): string {
  const result = finding.procedure;
  const { description, locate } = control.procedure;
  const command = [
    ...(locate === undefined ? [] : [locate]),
    result?.command ?? control.procedure.text,
  ];
  const typed = command
    .join('\n')
    .split('\n')
    .map((line) => `  ${paint(style, 'cyan', printable(line))}`);
  if (result === undefined) {
    return [
      prose(description, style),
      ...typed,
      wrap('It was not asked on this host.', style, '  '),
    ].join('\n');
  }
  const lines = result.output.replace(/\n$/, '').split('\n');
  const output = lines.flatMap((line) => (line === '' ? [] : `    ${printable(line)}`));
  return [
    prose(description, style),
    ...typed,
    ...(output.length === 0 ? [wrap('(prints nothing)', style, '    ')] : output),
    wrap(`Exit status ${result.exit}: by the book, ${VERDICTS[result.verdict].word}.`, style, '  '),
    wrap(comparison(finding), style, '  '),
  ].join('\n');
}

/** Who is right where the book's command and our verdict differ, in one sentence. */
function comparison({ verdict, dissent }: Finding): string {
  const ours = VERDICTS[verdict].word;
  return dissent === undefined
    ? `Our verdict agrees: ${ours}.`
    : `Our verdict is ${ours}, and it is the one to trust: ${dissent}.`;
}

function references({ control }: Section, style: Style): string {
  const links = control.references.map((link) => `  ${printable(link)}`);
  const safeguards = control.safeguards.map(({ version, number, title, summary }) =>
    wrap(`${title}. ${summary}`, style, `  CIS Controls ${version}, ${number}: `, '    '),
  );
  return [...links, ...safeguards].join('\n');
}
