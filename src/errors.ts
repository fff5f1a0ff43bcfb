/** The expected failures of dockaudit and the exit status of each: docs/cli.md lists them. */

/** Exit statuses that are not failures; `sysexits.h` names those from 64 on. */
export const ExitStatus = {
  ok: 0,
  failed: 1,
  findings: 2,
  pending: 3,
  rolledBack: 4,
  needsPerson: 5,
  bug: 70,
} as const;

/** A failure that a person can act upon: one sentence, and one line of advice that can be pasted. */
export abstract class Failure extends Error {
  abstract readonly exitCode: number;
  /** The class, written out: a minifier would shorten it. */
  abstract override readonly name: string;
  readonly advice: string;

  constructor(message: string, advice: string, cause?: unknown) {
    super(message, { cause });
    this.advice = advice;
  }
}

/** A file or a program of the host could not be used; nothing was changed. */
export class HostFailure extends Failure {
  readonly name = 'HostFailure';
  readonly exitCode = ExitStatus.failed;
  readonly code: string;

  /** @param code the errno name, such as `ENOSPC`, or a word of ours such as `ETOOBIG` */
  constructor(message: string, advice: string, code: string, cause?: unknown) {
    super(message, advice, cause);
    this.code = code;
  }
}

/** A change did not go through: before any write (1), or rolled back by itself (4). */
export class ChangeFailure extends Failure {
  readonly name = 'ChangeFailure';
  readonly exitCode: number;
  readonly changeId: string;

  constructor(
    message: string,
    advice: string,
    outcome: { readonly changeId: string; readonly rolledBack: boolean },
    cause?: unknown,
  ) {
    super(message, advice, cause);
    this.exitCode = outcome.rolledBack ? ExitStatus.rolledBack : ExitStatus.failed;
    this.changeId = outcome.changeId;
  }
}

/** Going back failed in part; `commands` finish it by hand. */
export class RollbackFailure extends Failure {
  readonly name = 'RollbackFailure';
  readonly exitCode = ExitStatus.needsPerson;
  readonly changeId: string;
  readonly commands: readonly string[];

  constructor(message: string, changeId: string, commands: readonly string[], cause?: unknown) {
    super(message, `finish by hand, as root:\n${commands.join('\n')}`, cause);
    this.changeId = changeId;
    this.commands = commands;
  }
}

/** The command line was wrong. */
export class UsageFailure extends Failure {
  readonly name = 'UsageFailure';
  readonly exitCode = 64;
}

/** A template (control or benchmark) is not as its schema says. */
export class TemplateFailure extends Failure {
  readonly name = 'TemplateFailure';
  readonly exitCode = 64;
}

/** Another run holds this host. */
export class LockedFailure extends Failure {
  readonly name = 'LockedFailure';
  readonly exitCode = 75;
}

/** Root, or CAP_AUDIT_CONTROL, is needed. */
export class PrivilegeFailure extends Failure {
  readonly name = 'PrivilegeFailure';
  readonly exitCode = 77;
}

/** This host has no audit that could be configured here. */
export class UnsupportedFailure extends Failure {
  readonly name = 'UnsupportedFailure';
  readonly exitCode = 78;
}

/**
 * The signals that would end a run half-way: all that a person, a script or an init sends by hand.
 * SIGUSR1 too, which else opens Node's inspector to every user of the machine.
 */
export const SIGNALS = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGTERM',
  'SIGPWR',
] as const;

type Signal = (typeof SIGNALS)[number];

/** Source: signal(7), x86 and Arm. */
const NUMBERS: Readonly<Record<Signal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGPWR: 30,
};

/** A signal ended the run; a change in flight was rolled back first. */
export class Interrupted extends Failure {
  readonly name = 'Interrupted';
  readonly exitCode: number;
  readonly signal: Signal;
  /** What was done because of it; undefined where that is not known here. */
  readonly done: string | undefined;

  constructor(signal: Signal, done?: string, advice = '') {
    super(`interrupted: ${done ?? 'nothing was changed'}`, advice);
    this.signal = signal;
    this.done = done;
    this.exitCode = 128 + NUMBERS[signal];
  }

  /** The same, with what was done because of it. */
  after(done: string, advice: string): Interrupted {
    return new Interrupted(this.signal, done, advice);
  }

  /** The same, with what the run had done for good before it, where nothing else is told. */
  having(done: readonly string[]): Interrupted {
    return this.done === undefined && done.length > 0
      ? this.after(done.join('; '), "'dockaudit history' lists what was done")
      : this;
  }
}
