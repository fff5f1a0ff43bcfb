/** What was judged and what was not: the first and the last line of every report. */

import type { Benchmark } from '../controls/control.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { Style } from '../terminal/terminal.ts';
import { listed, wrap } from './layout.ts';

/** One sentence, on one line. */
export function judged(benchmark: Benchmark, findings: readonly Finding[]): string {
  const later = findings.flatMap(({ section }) => section.laterNumber ?? []);
  const elsewhere = later.length === 0 ? '' : ` (${listed(later)} in later versions)`;
  return (
    `${findings.length} of the ${benchmark.auditRuleControls} audit-rule controls of ` +
    `${benchmark.title}${elsewhere}; nothing else of the benchmark was judged.`
  );
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
