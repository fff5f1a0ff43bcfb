/** Wall time of whole processes, and their peak memory. */

import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

export interface Contender {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  /** Of a Node program: what Node is given, to measure its memory too. */
  readonly script?: readonly string[];
  /** Run before each run, not timed. */
  readonly before?: () => void;
}

/** Milliseconds. */
export interface Measured {
  readonly name: string;
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** All in turn, so that what disturbs the machine disturbs each alike; one round more warms up. */
export async function measure(
  contenders: readonly Contender[],
  runs: number,
): Promise<readonly Measured[]> {
  const times = contenders.map((): number[] => []);
  for (let round = 0; round <= runs; round++)
    for (const [index, contender] of contenders.entries()) {
      const time = await once(contender);
      if (round > 0) times[index]?.push(time);
    }
  return contenders.map(({ name }, index) => {
    const sorted = (times[index] ?? []).toSorted((one, other) => one - other);
    const at = (part: number): number =>
      sorted[Math.round(part * (sorted.length - 1))] ?? Number.NaN;
    return { name, least: at(0), median: at(0.5), most: at(1) };
  });
}

async function once({ argv: [program, ...rest], before }: Contender): Promise<number> {
  before?.();
  const startedAt = performance.now();
  await new Promise((resolve, reject) => {
    spawn(program, rest, { stdio: 'ignore' }).once('close', resolve).once('error', reject);
  });
  return performance.now() - startedAt;
}

/** What a Node process says of itself when it ends: `ru_maxrss`. */
const TELL =
  "data:text/javascript,process.on('exit',()=>process._rawDebug('maxrss',process.resourceUsage().maxRSS))";

/** Peak resident memory in KiB of Node running `script`. */
export async function peakMemoryKiB(script: readonly string[]): Promise<number> {
  const run = promisify(execFile)(process.execPath, ['--import', TELL, ...script]);
  // Findings are an exit status, not a trouble.
  const { stderr } = await run.catch((error: { stderr: string }) => error);
  return Number(/maxrss (\d+)/.exec(stderr)?.[1]);
}
