/** Programs that go on after us, as a watcher has to: node:child_process, loaded when one is started. */

import { HostFailure } from '../errors.ts';
import { hostFailure, quietly } from './failure.ts';
import type { Command } from './host.ts';
import { commandLine, DIRECTORY, ENVIRONMENT } from './program.ts';

/** {@link Host.launch} */
export async function launch({ argv, timeoutMs }: Command): Promise<void> {
  const { spawn } = await import('node:child_process');
  const [program, ...rest] = argv;
  const child = spawn(program, rest, {
    cwd: DIRECTORY,
    env: ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'ignore'],
    // setsid(2): no terminal of ours sends it a signal.
    detached: true,
  });
  const heard = Promise.withResolvers<undefined>();
  const fail = (why: string): void =>
    heard.reject(
      new HostFailure(
        `cannot start '${program}': ${why}`,
        `see what it says: ${commandLine(argv)}`,
        'ELAUNCH',
      ),
    );
  const timer = setTimeout(fail, timeoutMs, 'it said nothing in time');
  child.stdout.once('data', () => heard.resolve(undefined));
  child
    .once('error', (cause) => heard.reject(hostFailure('start', program, cause)))
    .once('exit', (code, signal) => fail(`it ended at once (${code ?? signal})`));
  try {
    await heard.promise;
  } catch (cause) {
    if (child.pid !== undefined) quietly(() => child.kill('SIGKILL'));
    throw cause;
  } finally {
    clearTimeout(timer);
    child.stdout.destroy();
    child.unref();
  }
}
