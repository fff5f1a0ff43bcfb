/** The person's side: what can be said, asked and shown. Types only; see speak.ts, ask.ts, progress.ts. */

import type { Progress } from '../apply/event.ts';

/** How text may be drawn. */
export interface Style {
  /** Columns. */
  readonly width: number;
  readonly colour: boolean;
  /** Whether the terminal can show more than ASCII. */
  readonly unicode: boolean;
  /** A person's screen: lines that programs may look for whole are wrapped there too. */
  readonly screen?: boolean;
}

export interface Choice {
  readonly value: string;
  readonly title: string;
  readonly detail: string;
}

/** A question as it stands now. */
export type Standing = () => Promise<string | undefined>;

export interface Terminal {
  /** Both ends are terminals and nobody forbade questions. */
  readonly interactive: boolean;
  readonly style: Style;
  /** The report, to stdout. */
  say(text: string): void;
  /** Anything else, to stderr; silent under --quiet. */
  note(text: string): void;
  /** A failure, to stderr; --quiet does not silence it. */
  complain(text: string): void;
  /** Once all is written: whether a part of the report was lost, as on a full disk. */
  isLost(): Promise<boolean>;
  /** Long text through a pager where there is a terminal, else as `say`. @param signal ends the pager */
  page(text: string, signal?: AbortSignal): Promise<void>;
  /** No is the default; end of input is no. @throws Interrupted on Ctrl-C */
  confirm(question: string): Promise<boolean>;
  /**
   * The same, of what may lose its meaning while it is asked: `question` gives the text to show, anew
   * every second, or undefined where nothing is left to ask; that is the answer then.
   * @throws Interrupted on Ctrl-C
   */
  confirmWhile(question: Standing): Promise<boolean | undefined>;
  /** All are chosen at first. @throws Interrupted on Ctrl-C */
  choose(question: string, choices: readonly Choice[]): Promise<readonly string[]>;
  /** One of them, the first by Enter alone; undefined where input ends. @throws Interrupted on Ctrl-C */
  pick(question: string, choices: readonly Choice[]): Promise<string | undefined>;
  /** Runs `task` and draws the events that it emits. */
  progress<T>(task: (emit: Progress) => Promise<T>): Promise<T>;
}
