/**
 * etckeeper is told of a change that is kept or undone. Its `commit` takes all of /etc, so it is
 * asked beforehand whether anything of others waits there. Source: etckeeper(8), 1.18.20.
 */

import type { Onlooker } from '../discover/onlookers.ts';
import type { Exit, Host } from '../host/host.ts';
import { absolutePath, join, nameOf, parentOf, type AbsolutePath } from '../paths.ts';
import { decode, printable } from '../text.ts';
import type { Change, ChangeRecord } from './change.ts';
import type { Progress } from './event.ts';
import { stepper } from './steps.ts';

/** A push to a remote may be a part of it. */
const TIMEOUT_MS = 120_000;

type State = 'clean' | 'unclean' | 'unclear';

/** etckeeper before a change. */
export interface Etckeeper {
  readonly program: AbsolutePath;
  /** Whether anything of /etc waited to be committed. */
  readonly before: State;
}

const NOT_TOLD = {
  unclean:
    "etckeeper was not told, since other changes of /etc wait: 'etckeeper commit' takes them all",
  unclear:
    "etckeeper was not told, since it did not say what of /etc waits: try 'etckeeper unclean'",
} as const;

/** Asks whether /etc is clean; undefined where etckeeper does not keep it. */
export async function askEtckeeper(
  host: Host,
  onlookers: readonly Onlooker[],
): Promise<Etckeeper | undefined> {
  const found = onlookers.find((one) => one.kind === 'etckeeper');
  if (!found) return undefined;
  const before = await stateOf(host, found.program).catch((): State => 'unclear');
  return { program: found.program, before };
}

/**
 * Commits what the change did, if that is all there is to commit. Whatever comes of it, the change
 * stays as it is.
 * @returns what a person should know, if anything
 */
export async function tellEtckeeper(
  host: Host,
  etckeeper: Etckeeper | undefined,
  message: string,
  progress: Progress,
): Promise<string | undefined> {
  if (!etckeeper) return undefined;
  const { program, before } = etckeeper;
  try {
    // What the repository ignores, nobody has to commit.
    if ((await stateOf(host, program)) === 'clean') return undefined;
    if (before !== 'clean') return NOT_TOLD[before];
    await stepper(host.clock, progress)(`${program} commit`, async () => {
      const exit = await run(host, program, 'commit', message);
      if (exit.status !== 0) throw new Error(endOf(exit));
      return 'committed';
    });
    return undefined;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return `etckeeper could not commit it (${why}); 'etckeeper commit' tries again`;
  }
}

/**
 * The same for a change that came to its end later than it was made, by `confirm` or `recover`: what
 * waits in /etc is committed if it is nothing but files of the change. Of git alone that can be asked.
 */
export async function tellEtckeeperLate(
  host: Host,
  onlookers: readonly Onlooker[],
  { id, files }: Pick<ChangeRecord, 'id' | 'files'>,
  state: 'kept' | 'rolledBack',
): Promise<string | undefined> {
  const found = onlookers.find((one) => one.kind === 'etckeeper');
  if (!found) return undefined;
  const { program, repository } = found;
  const own = new Set([OWN, ...files.map(({ path }) => path)]);
  const before = await waitingIn(host, program, repository).then(
    (paths): State => (paths.every((path) => own.has(path)) ? 'clean' : 'unclean'),
    (): State => 'unclear',
  );
  const message = `dockaudit: change ${id}${state === 'kept' ? '' : ' undone'}`;
  return tellEtckeeper(host, { program, before }, message, () => undefined);
}

/** Where etckeeper keeps modes and owners: a part of each commit. */
const OWN = absolutePath('/etc/.etckeeper');

/** Paths that the next commit would take. @throws Error where etckeeper does not say */
async function waitingIn(
  host: Host,
  program: AbsolutePath,
  repository: AbsolutePath,
): Promise<readonly AbsolutePath[]> {
  if (nameOf(repository) !== '.git') throw new Error('it is not kept by git');
  const words = ['status', '--porcelain', '--no-renames', '--untracked-files=all', '-z'];
  const { status, stdout } = await run(host, program, 'vcs', ...words);
  if (status !== 0) throw new Error(`exit status ${status}`);
  const entries = decode(stdout)
    .split('\0')
    .filter((entry) => entry !== '');
  // Two letters and a space come before each. Source: git-status(1), porcelain format 1.
  return entries.map((entry) => join(parentOf(repository), entry.slice(3)));
}

/** The change, with what a person should know of it besides. */
export function withNote(change: Change, note: string | undefined): Change {
  if (note === undefined) return change;
  return { ...change, note: change.note === undefined ? note : `${change.note}; ${note}` };
}

/** Clean is exit status 1 and not a word: a repository that cannot be read exits 1, too. */
async function stateOf(host: Host, program: AbsolutePath): Promise<State> {
  const { status, stderr } = await run(host, program, 'unclean');
  if (status === 0) return 'unclean';
  return status === 1 && stderr.length === 0 ? 'clean' : 'unclear';
}

/** As a command: the repository's own index may be refreshed. */
function run(host: Host, program: AbsolutePath, ...args: readonly string[]): Promise<Exit> {
  return host.run({ kind: 'command', argv: [program, ...args], timeoutMs: TIMEOUT_MS });
}

function endOf({ status, stderr, trouble }: Exit): string {
  if (trouble === 'timeout') return 'it did not end in time';
  const said = printable(decode(stderr).trim().split('\n').at(-1) ?? '').slice(0, 200);
  return `exit status ${status}${said === '' ? '' : `: ${said}`}`;
}
