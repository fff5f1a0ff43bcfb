/** Asks the guest's agent (overlay/usr/local/sbin/guest-agent), a connection for each command. */

import { connect } from 'node:net';
import type { Said } from '../../support/hosts.ts';

/** The guest did not answer: it is down, or the command took too long. */
export class NoAnswer extends Error {}

/**
 * Runs `command` as root in a shell of the guest.
 * @throws NoAnswer after `limitMs`
 */
export function ask(
  port: number,
  command: string,
  { stdin = new Uint8Array(), limitMs }: { stdin?: Uint8Array | undefined; limitMs: number },
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: '127.0.0.1', port });
    const limit = setTimeout(
      () => socket.destroy(new NoAnswer(`'${command}' took over ${limitMs} ms`)),
      limitMs,
    );
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', (error) =>
      reject(error instanceof NoAnswer ? error : new NoAnswer(error.message)),
    );
    socket.on('close', () => {
      clearTimeout(limit);
      const said = understood(Buffer.concat(chunks));
      if (said) resolve(said);
      else reject(new NoAnswer(`'${command}' was not answered`));
    });
    socket.write(`${Buffer.from(command).toString('base64')}\n`);
    socket.end(stdin);
  });
}

/** Undefined if it was cut off. */
function understood(answer: Buffer): Said | undefined {
  const head = answer.subarray(0, answer.indexOf('\n') + 1);
  const [, status, out, err] = /^(\d+) (\d+) (\d+)\n$/.exec(head.toString()) ?? [];
  const stdoutEnd = head.length + Number(out);
  const end = stdoutEnd + Number(err);
  if (status === undefined || answer.length < end) return undefined;
  return {
    status: Number(status),
    stdout: answer.subarray(head.length, stdoutEnd).toString(),
    stderr: answer.subarray(stdoutEnd, end).toString(),
  };
}
