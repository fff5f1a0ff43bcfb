/** QEMU's own language, spoken over its standard streams. Source: QEMU 7.2, QMP reference. */

import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A virtual machine's monitor. */
export interface Monitor {
  /** A line of the human monitor; what it prints. */
  say(line: string): Promise<string>;
  /** As the power button of old: nothing in the guest's memory reaches its disk. */
  reset(): Promise<void>;
}

/** Greets; throws where QEMU ends instead, with what it said. */
export async function monitorOf(qemu: ChildProcessWithoutNullStreams): Promise<Monitor> {
  const waiting: PromiseWithResolvers<unknown>[] = [];
  let complaint = '';
  qemu.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
  qemu.once('close', (status) => {
    const error = new Error(`QEMU ended with ${status}: ${complaint}`);
    for (const question of waiting.splice(0)) question.reject(error);
  });
  createInterface({ input: qemu.stdout }).on('line', (line) => {
    const answer: { return?: unknown; error?: { desc: string } } = JSON.parse(line);
    if (answer.error) waiting.shift()?.reject(new Error(`QEMU: ${answer.error.desc}`));
    else if ('return' in answer) waiting.shift()?.resolve(answer.return);
  });
  const ask = (execute: string, args: Readonly<Record<string, string>> = {}): Promise<unknown> => {
    const question = Promise.withResolvers<unknown>();
    if (qemu.exitCode === null) waiting.push(question);
    else question.reject(new Error(`QEMU has ended: ${complaint}`));
    qemu.stdin.write(`${JSON.stringify({ execute, arguments: args })}\n`);
    return question.promise;
  };
  await ask('qmp_capabilities');
  return {
    say: async (line) => String(await ask('human-monitor-command', { 'command-line': line })),
    reset: async () => void (await ask('system_reset')),
  };
}
