/** A Host some of whose programs misbehave: they fail, hang, die, lie, or say too much or too little. */

import type { Exit, Host } from '../../src/host/host.ts';
import { encode } from '../../src/text.ts';
import { type } from './hosts.ts';

/** What a program does in the place of what it would. */
export type Misdeed = (call: {
  /** The host as it is, to do part of it, or something else. */
  readonly host: Host;
  /** What the program would do. */
  readonly real: () => Promise<Exit>;
  /** Which call of these it is, from 1. */
  readonly nth: number;
}) => Promise<Exit>;

/** @param misdeeds by program and arguments, such as `auditctl -l`; more arguments may follow */
export function misbehaving(host: Host, misdeeds: Readonly<Record<string, Misdeed>>): Host {
  const counts = new Map<string, number>();
  const through = (argv: readonly string[], real: () => Promise<Exit>): Promise<Exit> => {
    const [program = '', ...args] = argv;
    const line = `${[program.slice(program.lastIndexOf('/') + 1), ...args].join(' ')} `;
    const found = Object.entries(misdeeds).find(([beginning]) => line.startsWith(`${beginning} `));
    if (!found) return real();
    const [beginning, misdeed] = found;
    const nth = (counts.get(beginning) ?? 0) + 1;
    counts.set(beginning, nth);
    return misdeed({ host, real, nth });
  };
  return {
    ...host,
    ask: (query) => through(query.argv, () => host.ask(query)),
    run: (command) => through(command.argv, () => host.run(command)),
  };
}

/** An end of a program, as the port tells it. */
export function ended(status: number, stdout = '', trouble?: Exit['trouble']): Exit {
  const exit = { status, stdout: encode(stdout), stderr: new Uint8Array() };
  return trouble === undefined ? exit : { ...exit, trouble };
}

/** Types each line, programs by their names alone, as somebody else would. */
export async function typed(host: Host, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) await type(host, `/usr/sbin/${line}`);
}

/** The real thing, and then what `lines` type; the end is the program's own. */
export function andThen(...lines: readonly string[]): Misdeed {
  return async ({ host, real }) => {
    const exit = await real();
    await typed(host, ...lines);
    return exit;
  };
}

/** `-D`, what `lines` type, and that end: a load that was cut off. */
export function halfLoaded(exit: Exit, ...lines: readonly string[]): Misdeed {
  return async ({ host }) => {
    await typed(host, 'auditctl -D', ...lines);
    return exit;
  };
}

/** Only the call of this number, counted from 1; all others are as they should be. */
export function once(at: number, misdeed: Misdeed): Misdeed {
  return (call) => (call.nth === at ? misdeed(call) : call.real());
}

/** From that call on. */
export function from(at: number, misdeed: Misdeed): Misdeed {
  return (call) => (call.nth >= at ? misdeed(call) : call.real());
}
