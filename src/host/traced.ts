/** Wraps a Host and tells of every call what it was, how long it took and how it ended. */

import { printable } from '../text.ts';
import type { Exit, Host, Space, Touched } from './host.ts';
import { commandLine } from './program.ts';

type Verb = Exclude<keyof Host, 'clock'>;

/** One call, once it has ended; for `--verbose`. */
export interface Traced {
  readonly verb: Verb;
  /** A path or a command line, harmless on a terminal. */
  readonly what: string;
  readonly ms: number;
  /** In few words, such as `512 bytes`, `absent`, `status 0`, `failed: …`. */
  readonly outcome: string;
}

/** `host`, which tells `note` each call that ended. */
export function traced(host: Host, note: (line: Traced) => void): Host {
  async function timed<T>(
    verb: Verb,
    what: string,
    call: () => Promise<T>,
    describe: (value: T) => string,
  ): Promise<T> {
    const began = performance.now();
    const tell = (outcome: string) =>
      note({ verb, what: printable(what), ms: performance.now() - began, outcome });
    try {
      const value = await call();
      tell(describe(value));
      return value;
    } catch (cause) {
      tell(`failed: ${cause instanceof Error ? cause.message : String(cause)}`);
      throw cause;
    }
  }
  return {
    clock: host.clock,
    read: (path) => timed('read', path, () => host.read(path), orAbsent(sizeOf)),
    readPart: (path, from, most) =>
      timed('readPart', path, () => host.readPart(path, from, most), orAbsent(lengthOf)),
    list: (path) => timed('list', path, () => host.list(path), orAbsent(countOf)),
    look: (path) =>
      timed(
        'look',
        path,
        () => host.look(path),
        orAbsent((entry) => entry.kind),
      ),
    space: (path) => timed('space', path, () => host.space(path), orAbsent(roomOf)),
    resolve: (path) => timed('resolve', path, () => host.resolve(path), orAbsent(printable)),
    touch: (path, deed) =>
      timed('touch', `${path} (${deed})`, () => host.touch(path, deed), orAbsent(inodeOf)),
    ask: (query) => timed('ask', commandLine(query.argv), () => host.ask(query), endOf),
    run: (command) => timed('run', commandLine(command.argv), () => host.run(command), endOf),
    launch: (command) =>
      timed(
        'launch',
        commandLine(command.argv),
        () => host.launch(command),
        () => 'it runs',
      ),
    replace: (path, image) =>
      timed(
        'replace',
        path,
        () => host.replace(path, image),
        () => sizeOf(image),
      ),
    remove: (path) => timed('remove', path, () => host.remove(path), done),
    removeDirectory: (path) =>
      timed('removeDirectory', path, () => host.removeDirectory(path), done),
    makeDirectory: (path, mode) =>
      timed('makeDirectory', path, () => host.makeDirectory(path, mode), done),
    exclusively: (lock, task) =>
      timed(
        'exclusively',
        lock,
        () => host.exclusively(lock, task),
        () => 'released',
      ),
  };
}

const done = () => 'done';
const sizeOf = ({ bytes }: { readonly bytes: Uint8Array }) => `${bytes.length} bytes`;
const lengthOf = ({ length }: Uint8Array) => `${length} bytes`;
const roomOf = ({ freeBytes, totalBytes }: Space) => `${freeBytes} of ${totalBytes} bytes free`;
const inodeOf = ({ inode, pid }: Touched) => `inode ${inode}, by process ${pid}`;
const countOf = (names: readonly string[]) =>
  `${names.length} ${names.length === 1 ? 'name' : 'names'}`;
const endOf = ({ status, trouble }: Exit) =>
  trouble === undefined ? `status ${status}` : `status ${status}, ${trouble}`;

function orAbsent<T>(describe: (value: T) => string): (value: T | undefined) => string {
  return (value) => (value === undefined ? 'absent' : describe(value));
}
