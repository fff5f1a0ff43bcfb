/**
 * Signatures of a manifest by OpenSSH: made and judged on the standard streams of ssh-keygen, which
 * writes nothing then. Source: ssh-keygen(1), -Y; measured with OpenSSH 9.2.
 */

import { findProgram } from '../discover/programs.ts';
import { HostFailure } from '../errors.ts';
import type { Argv, Exit, HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { shellLine } from '../shell.ts';
import { decode, encode, printable } from '../text.ts';

/** So that no signature made for something else passes for one of evidence, nor the other way. */
const NAMESPACE = 'dockaudit';

/** A key on a token waits for a touch. */
const TIMEOUT_MS = 60_000;

/** It asks nobody: a passphrase that it wants is refused at once, with or without a terminal. */
const ASKING_NOBODY = ['SSH_ASKPASS_REQUIRE=force', 'SSH_ASKPASS=/bin/false'];

export interface Signer {
  /** A private key without a passphrase, or the public one of a key that an agent holds. */
  readonly key: AbsolutePath;
  /** The agent's socket. */
  readonly agent?: string;
}

/** The signature of `message`. @throws HostFailure which tells how to sign by hand */
export async function sign(
  host: HostReader,
  { key, agent }: Signer,
  message: Uint8Array,
): Promise<Uint8Array> {
  const env = await findProgram(host, 'env');
  const agents = agent === undefined ? [] : [`SSH_AUTH_SOCK=${agent}`];
  const program = await findProgram(host, 'ssh-keygen');
  if (!program) throw noProgram();
  const words = ['-Y', 'sign', '-n', NAMESPACE, '-f', key];
  const argv: Argv = env
    ? [env, ...ASKING_NOBODY, ...agents, program, ...words]
    : [program, ...words];
  const exit = await host.ask({ kind: 'query', argv, timeoutMs: TIMEOUT_MS, input: message });
  if (exit.status === 0 && decode(exit.stdout).startsWith('-----BEGIN SSH SIGNATURE-----'))
    return exit.stdout;
  throw refusal(key, exit);
}

/** Whether the key can sign, found out before anything is changed. @throws HostFailure */
export async function requireSigner(host: HostReader, signer: Signer): Promise<void> {
  await sign(host, signer, encode('trial\n'));
}

function refusal(key: AbsolutePath, { stderr, trouble }: Exit): HostFailure {
  const lines = decode(stderr).split(/[\r\n]+/);
  const last = lines.findLast((line) => line.trim() !== '') ?? 'ssh-keygen did not say why';
  const needsPerson = lines.some((line) => /passphrase/i.test(line));
  const byHand = shellLine(['ssh-keygen', '-Y', 'sign', '-n', NAMESPACE, '-f', key]);
  const why = needsPerson
    ? 'it wants a passphrase, and nobody is asked for one'
    : trouble === 'timeout'
      ? 'ssh-keygen did not answer in a minute'
      : printable(last);
  return new HostFailure(
    `cannot sign with '${printable(key)}': ${why}`,
    needsPerson
      ? `give the .pub of a key that ssh-agent holds, or sign afterwards: ${byHand} DIR/manifest.json`
      : `look at it: ${shellLine(['ssh-keygen', '-l', '-f', key])}`,
    'ESIGN',
  );
}

export type SignatureJudgement =
  /** By a key that is allowed to sign for that identity. */
  | { readonly kind: 'good'; readonly by: string; readonly key: string }
  /** Right, and nobody said who may sign. */
  | { readonly kind: 'bySomebody'; readonly key: string }
  | { readonly kind: 'byAnotherKey'; readonly key: string }
  | { readonly kind: 'wrong'; readonly reason: string }
  /** Nobody asked for it, and there is no ssh-keygen. */
  | { readonly kind: 'notJudged' };

/** Who may sign: an allowed_signers file of ssh-keygen(1), and a principal in it. */
export interface Allowed {
  readonly file: AbsolutePath;
  readonly signer: string;
}

/**
 * What `signature` is worth for `message`.
 * @param signature a regular file
 * @throws HostFailure if those who may sign are named, and their file or ssh-keygen is not there
 */
export async function judgeSignature(
  host: HostReader,
  message: Uint8Array,
  signature: AbsolutePath,
  allowed: Allowed | undefined,
): Promise<SignatureJudgement> {
  const program = await findProgram(host, 'ssh-keygen');
  if (!program) {
    if (allowed) throw noProgram();
    return { kind: 'notJudged' };
  }
  const ask = (...words: readonly string[]): Promise<Exit> =>
    host.ask({
      kind: 'query',
      argv: [program, '-Y', ...words, '-n', NAMESPACE, '-s', signature],
      timeoutMs: TIMEOUT_MS,
      input: message,
    });
  const anybody = await ask('check-novalidate');
  const key = keyIn(anybody);
  if (anybody.status !== 0) return { kind: 'wrong', reason: firstWords(anybody) };
  if (!allowed) return { kind: 'bySomebody', key };
  if (!(await host.read(allowed.file)))
    throw new HostFailure(
      `cannot read '${printable(allowed.file)}': there is no such file`,
      'name the file of those who may sign: ssh-keygen(1), ALLOWED SIGNERS',
      'ENOENT',
    );
  const known = await ask('verify', '-f', allowed.file, '-I', allowed.signer);
  return known.status === 0
    ? { kind: 'good', by: allowed.signer, key }
    : { kind: 'byAnotherKey', key };
}

/** `Good "dockaudit" signature with ED25519 key SHA256:…`: the key. */
function keyIn({ stdout }: Exit): string {
  return /(\S+ key SHA256:\S+)/.exec(decode(stdout))?.[1] ?? 'an unknown key';
}

function firstWords({ stderr }: Exit): string {
  return decode(stderr).split(/[\r\n]/)[0] ?? '';
}

function noProgram(): HostFailure {
  return new HostFailure(
    'cannot sign or judge a signature: there is no ssh-keygen here',
    'install OpenSSH, such as: apt-get install openssh-client',
    'ENOENT',
  );
}
