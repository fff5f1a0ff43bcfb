/** What every command is given: the two machines, the person, and what was asked. */

import type { Store } from '../apply/store.ts';
import type { Benchmark, Section } from '../controls/control.ts';
import type { Argv, Host } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Run } from '../report/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Options } from './options.ts';

export interface Context {
  /** The machine that is judged: this one, an image, or the practice host. */
  readonly host: Host;
  /** This machine, for --output and --plan. */
  readonly here: Host;
  /** Whether `host` has a kernel to ask. */
  readonly live: boolean;
  readonly root: AbsolutePath;
  readonly store: Store;
  readonly terminal: Terminal;
  readonly benchmark: Benchmark;
  readonly sections: readonly Section[];
  readonly options: Options;
  /** Words after the command's name. */
  readonly words: readonly string[];
  /** All of standard input, for `-`. @throws HostFailure */
  readonly input: () => Promise<Uint8Array>;
  readonly run: Run;
  /**
   * Runs a task that a signal must not cut off: it is told by `signal`, and ends in its own way.
   * Elsewhere a signal ends the run at once.
   */
  readonly shielded: <T>(task: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /**
   * Takes down what was done to the host for good, such as `change ID` `is kept`: a signal that comes
   * later says it, and not that nothing was changed. Called before the shield of that task ends.
   */
  readonly did: (subject: string, what: string) => void;
  /** Whether the shell lines of an undo are true on this machine; they are not in the practice host. */
  readonly real: boolean;
  /** This program with the options that lead to the same changes: what a watcher is started by. */
  readonly program: Argv;
  /** Socket of the caller's SSH agent, SSH_AUTH_SOCK. */
  readonly agent?: string;
  /** How this run's commands are begun, such as `dockaudit` or `dockaudit demo --dir /tmp/x`. */
  readonly self: readonly string[];
}
