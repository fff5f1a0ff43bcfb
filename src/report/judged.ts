/** What was judged and what was not: the first and the last line of every report. */

import type { Benchmark } from '../controls/control.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { Style } from '../terminal/terminal.ts';
import { listed, wrap } from './layout.ts';

/** One sentence, on one line. */
export function judged(benchmark: Benchmark, findings: readonly Finding[]): string {
  return (
    `${findings.length} of the ${benchmark.sections.length} audit-rule controls of ` +
    `${benchmark.title}${elsewhere(findings)}; nothing else of the benchmark was judged.`
  );
}

/** More numbers than these would hide the sentence. */
const MOST_NUMBERS = 3;

/** ` (1.1.3 and 1.1.9 in later versions)`, where a few controls are numbered otherwise there. */
function elsewhere(findings: readonly Finding[]): string {
  if (findings.length > MOST_NUMBERS) return '';
  const parts = (['earlier', 'later'] as const).flatMap((era) => {
    const numbers = findings.flatMap(({ section }) =>
      section.otherNumbers.flatMap((other) =>
        other.era === era && other.number !== section.number ? [other.number] : [],
      ),
    );
    const each = [...new Set(numbers)];
    return each.length === 0 ? [] : [`${listed(each)} in ${era} versions`];
  });
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** The sentence for a report in text: whole for programs, wrapped at words on a screen that is narrower. */
export function judgedLine(
  benchmark: Benchmark,
  findings: readonly Finding[],
  style: Style,
): string {
  const sentence = judged(benchmark, findings);
  const isTooLong = style.screen === true && sentence.length > style.width;
  return isTooLong ? wrap(sentence, style) : sentence;
}
