/**
 * Queries: programs that change nothing. The hot path of `check`, hence node:child_process, loaded
 * when first asked (execa costs 35–80 ms more to import). Queries may run side by side.
 */

import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Exit, Query } from './host.ts';
import { DIRECTORY, ending, ENVIRONMENT, notStarted } from './program.ts';

/** Of each stream; a table of 100,000 rules takes about 10 MiB. */
const OUTPUT_LIMIT_BYTES = 32 * 1024 * 1024;

/** What a program that has ended wrote arrives at once; others may hold its pipes open for ever. */
const GRACE_MS = 200;

/** {@link HostReader.ask} */
export async function ask({ argv, timeoutMs, input }: Query): Promise<Exit> {
  const { spawn } = await import('node:child_process');
  const [program, ...rest] = argv;
  try {
    const child = spawn(program, rest, {
      cwd: DIRECTORY,
      env: ENVIRONMENT,
      stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    // A program that ends before it has read all of it (EPIPE) has said why in its status.
    child.stdin?.on('error', () => undefined).end(input);
    return await conversation(child, timeoutMs);
  } catch (cause) {
    return notStarted(argv, cause);
  }
}

/** Listens until the child has ended and has said all, or until it is not worth waiting any more. */
async function conversation(child: ChildProcess, timeoutMs: number): Promise<Exit> {
  let stopped: Exit['trouble'];
  const finished = Promise.withResolvers<undefined>();
  let grace: NodeJS.Timeout | undefined;
  const soon = () => (grace ??= setTimeout(finished.resolve, GRACE_MS, undefined));
  const stop = (why: 'timeout' | 'overflow') => {
    stopped ??= why;
    child.kill('SIGKILL');
    // A process that hangs in the kernel does not even heed SIGKILL.
    soon();
  };
  const stdout = gather(child.stdout, () => stop('overflow'));
  const stderr = gather(child.stderr, () => stop('overflow'));
  const timer = setTimeout(stop, timeoutMs, 'timeout');
  child.on('error', finished.reject).once('exit', soon).once('close', finished.resolve);
  try {
    await finished.promise;
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
    child.unref();
  }
  const end = await ending(child.exitCode, child.signalCode, stopped);
  return { ...end, stdout: stdout(), stderr: stderr() };
}

/** Collects what `pipe` says up to the limit; the function it returns gives the bytes so far. */
function gather(pipe: Readable | null, overflow: () => void): () => Uint8Array {
  const chunks: Uint8Array[] = [];
  let room = OUTPUT_LIMIT_BYTES;
  pipe?.on('data', (chunk: Uint8Array) => {
    chunks.push(chunk.subarray(0, room));
    if (chunk.length > room) overflow();
    room = Math.max(room - chunk.length, 0);
  });
  return () => new Uint8Array(Buffer.concat(chunks));
}
