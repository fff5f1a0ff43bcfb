/** A practice host at work: tree and state, and what its programs answer. */

import type { Tree } from './tree.ts';
import type { PracticeState } from './state.ts';

/** What the simulated programs share; each change of the state is a new one. */
export interface Machine {
  readonly tree: Tree;
  state: PracticeState;
  /** The time, which processes carry as the time of their start. */
  readonly now: () => Date;
  /** Runs another of this machine's programs. */
  readonly run: (argv: readonly string[]) => Answer;
}

export interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `argv` begins with the program, as it was called. */
export type Program = (machine: Machine, argv: readonly [string, ...string[]]) => Answer;

/** How a simulated program ended, and what it said. */
export function answer(status: number, stdout = '', stderr = ''): Answer {
  return { status, stdout, stderr };
}

/** Each of `lines` ended by a newline. */
export function linesText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
