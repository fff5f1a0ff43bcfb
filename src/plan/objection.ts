/** What speaks against a reload: a reload changes nothing but ours, or it is not done. Pure. */

import type { Problem } from '../audit/load.ts';
import type { Facts } from '../discover/facts.ts';
import { forecast, gained, hazards, type Forecast } from './forecast.ts';

/** Why a reload would do more than bring ours. */
export function objectionTo(
  reloaded: Forecast,
  present: Forecast,
  wanted: readonly string[],
  facts: Facts,
  starts: boolean,
): string | undefined {
  const dangers = hazards(present.status, reloaded.status);
  if (dangers.length > 0) return `a reload would also put ${dangers.join(', ')} in force`;
  const more = gained(present.lines, reloaded.lines);
  if (more === undefined) {
    const lost = present.lines.filter((line) => !reloaded.lines.includes(line));
    return lost.length > 0
      ? `a reload would drop ${count(lost.length, 'rule')} that no file holds, such as '${lost[0]}'`
      : 'a reload would change the order of the rules';
  }
  const stop = reloaded.stop ?? forecast(facts.persistent.statements, reloaded.state, facts).stop;
  if (stop) return stopReason(stop);
  if (reloaded.exit !== 0)
    return 'the loader would exit 1: behind -c it goes on after faulty lines';
  const foreign = more.filter((line) => !wanted.includes(line));
  // Where no daemon takes the events, starting it is the remediation, and it loads what waits.
  if (foreign.length > 0 && !starts)
    return `a reload would also load ${count(foreign.length, 'rule')} of others that ${foreign.length === 1 ? 'waits' : 'wait'} in the files, such as '${foreign[0]}'`;
  return facts.mechanism.kind === 'none' ? facts.mechanism.reason : undefined;
}

/** Also of the second load, which a restart makes: without -D it meets its own rules. */
function stopReason({ statement, reason }: Problem): string {
  const { origin } = statement;
  const where = origin.kind === 'file' ? `${origin.file}:${origin.line}` : 'one of our lines';
  return reason.includes('Rule exists')
    ? `no file begins with -D, so a load stops at ${where}, which is loaded already`
    : `a load would stop at ${where}: ${reason}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
