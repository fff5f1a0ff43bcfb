/**
 * Commands: programs that may change the host. execa, loaded when the first one runs.
 * Their output goes to files without a name, not to pipes: so a daemon that a restart leaves behind
 * cannot keep us waiting, and our own death cannot end a loader half-way by SIGPIPE.
 */

import { attempt } from './failure.ts';
import type { Command, Exit } from './host.ts';
import { DIRECTORY, ending, ENVIRONMENT, notStarted } from './program.ts';
import { openScratch } from './scratch.ts';

const TRIM_EVERY_MS = 20;

/** In a session of its own: neither Ctrl-C nor our end reaches it; a time-out ends its group. */
const apart = {
  cwd: DIRECTORY,
  env: ENVIRONMENT,
  extendEnv: false,
  stdin: 'ignore',
  buffer: false,
  reject: false,
  detached: true,
  cleanup: false,
  killSignal: 'SIGKILL',
  killDescendants: true,
} as const;

/** {@link Host.run} */
export async function run({ argv, timeoutMs }: Command): Promise<Exit> {
  const { execa } = await import('execa');
  using stdout = attempt('run', argv[0], openScratch);
  using stderr = attempt('run', argv[0], openScratch);
  const isCut = () => [stdout.trim(), stderr.trim()].includes(true);
  const trimming = setInterval(isCut, TRIM_EVERY_MS);
  const [program, ...rest] = argv;
  const result = await execa(program, rest, {
    ...apart,
    timeout: timeoutMs,
    stdout: stdout.stream,
    stderr: stderr.stream,
  });
  clearInterval(trimming);
  if (result.exitCode === undefined && result.signal === undefined)
    return notStarted(argv, result.cause);
  const stopped = result.timedOut ? 'timeout' : isCut() ? 'overflow' : undefined;
  const end = await ending(result.exitCode, result.signal, stopped);
  return { ...end, stdout: stdout.bytes(), stderr: stderr.bytes() };
}
