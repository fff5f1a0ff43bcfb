/** A Host that fails at a chosen effect: a full disk, a program that ends badly, a machine that stops. */

import { HostFailure, Interrupted } from '../../src/errors.ts';
import type { Exit, Host } from '../../src/host/host.ts';

/**
 * - `before`: the effect does not happen, and says so
 * - `after`: it happens, and says that it did not
 * - `stop`: it does not happen, and neither does any later one: as if the machine had stopped
 * - `interrupt`: it happens, and meanwhile somebody presses Ctrl-C
 */
export type Fault = 'before' | 'after' | 'stop' | 'interrupt';

export const FAULTS: readonly Fault[] = ['before', 'after', 'stop', 'interrupt'];

/** Every which effect is tried: all with FAULTS=whole, a part of them where that is not asked for. */
export const EACH = process.env['FAULTS'] === 'whole' ? 1 : 4;

export interface Faulty {
  readonly host: Host;
  /** What was done to the host so far, in order; the one that failed is among them. */
  readonly effects: readonly string[];
  readonly signal: AbortSignal;
}

const refusing = (what: string) => (): never => {
  throw new HostFailure(`cannot ${what}: no space is left on the device`, 'df -h', 'ENOSPC');
};

const FAILED: Exit = { status: 1, stdout: new Uint8Array(), stderr: new Uint8Array() };

/** @param at the effects that fail, counted from 1; none if they never come */
export function faulty(host: Host, fault: Fault, ...at: readonly number[]): Faulty {
  const effects: string[] = [];
  const controller = new AbortController();
  async function effect<T>(what: string, act: () => Promise<T>, fail: () => T): Promise<T> {
    effects.push(what);
    const count = effects.length;
    const fails = fault === 'stop' ? count >= Math.min(...at) : at.includes(count);
    if (!fails) return act();
    if (fault === 'interrupt') {
      controller.abort(new Interrupted('SIGINT'));
      return act();
    }
    if (fault === 'after') await act();
    return fail();
  }
  const wrapped = (verb: string, path: string, act: () => Promise<void>): Promise<void> =>
    effect(`${verb} ${path}`, act, refusing(`${verb} '${path}'`));
  return {
    effects,
    signal: controller.signal,
    host: {
      ...host,
      replace: (path, image) => wrapped('replace', path, () => host.replace(path, image)),
      remove: (path) => wrapped('remove', path, () => host.remove(path)),
      removeDirectory: (path) => wrapped('remove', path, () => host.removeDirectory(path)),
      makeDirectory: (path, mode) => wrapped('make', path, () => host.makeDirectory(path, mode)),
      launch: (command) => wrapped('launch', command.argv.join(' '), () => host.launch(command)),
      run: (command) =>
        effect(
          `run ${command.argv.join(' ')}`,
          () => host.run(command),
          () => FAILED,
        ),
    },
  };
}
