/** Whether a dossier is as it was written, and as what was kept elsewhere says. */

import { hashOfBytes } from '../apply/backup.ts';
import { HostFailure } from '../errors.ts';
import type { HostReader } from '../host/host.ts';
import { join, type AbsolutePath } from '../paths.ts';
import { decode, printable } from '../text.ts';
import { alterationsOf, type Alteration } from './alterations.ts';
import { inspect, type Found } from './inspect.ts';
import { MANIFEST, SIGNATURE, type Manifest } from './manifest.ts';
import { parseManifest } from './manifest-schema.ts';
import { judgeSignature, type Allowed, type SignatureJudgement } from './signature.ts';

/** What a person kept, or knows. */
export interface Expected {
  /** SHA-256 of the manifest. */
  readonly hash: string | undefined;
  readonly previous:
    | { readonly kind: 'hash'; readonly sha256: string }
    | { readonly kind: 'dossier'; readonly directory: AbsolutePath }
    | undefined;
  readonly allowed: Allowed | undefined;
}

export interface Verified {
  readonly directory: AbsolutePath;
  /** Undefined where it cannot be read. */
  readonly manifest: Manifest | undefined;
  /** SHA-256 of the manifest as it is now. */
  readonly sha256: string | undefined;
  /** Whether that was compared with one that was kept elsewhere. */
  readonly isCompared: boolean;
  /** Undefined where there is none, or nobody to judge it. */
  readonly signature: SignatureJudgement | undefined;
  readonly alterations: readonly Alteration[];
}

/** @throws HostFailure if there is no such directory, or nothing in it can be read */
export async function verifyDossier(
  host: HostReader,
  directory: AbsolutePath,
  { hash, previous, allowed }: Expected,
): Promise<Verified> {
  const place = await placeOf(host, directory);
  // First of all: any other directory may hold anything, and as much as it likes.
  const read = await readManifest(host, join(place, MANIFEST));
  const base = { directory, isCompared: hash !== undefined };
  if ('reason' in read) {
    const { reason } = read;
    const alterations: readonly Alteration[] = [{ kind: 'manifestUnreadable', reason }];
    return { ...base, manifest: undefined, sha256: undefined, signature: undefined, alterations };
  }
  const { bytes, manifest } = read;
  const found = await inspect(host, place);
  const sha256 = hashOfBytes(bytes);
  const signed = await signatureOf(host, place, found, read, allowed);
  return {
    ...base,
    manifest,
    sha256,
    signature: signed.judgement,
    alterations: [
      ...(hash === undefined || hash === sha256
        ? []
        : [{ kind: 'manifestEdited', expected: hash, found: sha256 } as const]),
      ...signed.alterations,
      ...(await chainOf(host, manifest, previous)),
      ...alterationsOf(manifest, found),
    ],
  };
}

async function placeOf(host: HostReader, directory: AbsolutePath): Promise<AbsolutePath> {
  const place = await host.resolve(directory);
  if (place && (await host.look(place))?.kind === 'directory') return place;
  throw new HostFailure(
    `cannot verify '${printable(directory)}': there is no such directory`,
    'name the directory that --evidence wrote',
    'ENOENT',
  );
}

interface Read {
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
}

async function readManifest(
  host: HostReader,
  path: AbsolutePath,
): Promise<Read | { readonly reason: string }> {
  const entry = await host.look(path);
  if (!entry) return { reason: 'there is none: this is no evidence, or it was not finished' };
  if (entry.kind !== 'file') return { reason: `it is a ${entry.kind}` };
  try {
    const image = await host.read(path);
    const manifest = image && parseManifest(decode(image.bytes));
    if (image && manifest) return { bytes: image.bytes, manifest };
    return { reason: 'it is not as dockaudit writes it' };
  } catch (cause) {
    if (!(cause instanceof HostFailure)) throw cause;
    return { reason: cause.message };
  }
}

async function signatureOf(
  host: HostReader,
  directory: AbsolutePath,
  found: readonly Found[],
  { bytes, manifest }: Read,
  allowed: Allowed | undefined,
): Promise<{
  readonly judgement: SignatureJudgement | undefined;
  readonly alterations: readonly Alteration[];
}> {
  const entry = found.find(({ path }) => path === SIGNATURE);
  if (entry?.kind !== 'file') {
    const isWanted = manifest.signed || allowed !== undefined;
    const detail = entry ? `${SIGNATURE} is a ${entry.kind}` : `there is no ${SIGNATURE}`;
    return {
      judgement: undefined,
      alterations: isWanted ? [{ kind: 'signature', is: 'missing', detail }] : [],
    };
  }
  const judgement = await judgeSignature(host, bytes, join(directory, SIGNATURE), allowed);
  switch (judgement.kind) {
    case 'good':
    case 'bySomebody':
    case 'notJudged':
      return { judgement, alterations: [] };
    case 'byAnotherKey': {
      const detail = `it was made by ${judgement.key}`;
      return { judgement, alterations: [{ kind: 'signature', is: 'byAnotherKey', detail }] };
    }
    case 'wrong': {
      const detail = judgement.reason;
      return { judgement, alterations: [{ kind: 'signature', is: 'wrong', detail }] };
    }
    default:
      return judgement satisfies never;
  }
}

async function chainOf(
  host: HostReader,
  { previous: found }: Manifest,
  previous: Expected['previous'],
): Promise<readonly Alteration[]> {
  if (!previous) return [];
  const expected =
    previous.kind === 'hash' ? previous.sha256 : await hashIn(host, previous.directory);
  return found === expected ? [] : [{ kind: 'chainBroken', expected, found }];
}

async function hashIn(host: HostReader, directory: AbsolutePath): Promise<string> {
  const image = await host.read(join(directory, MANIFEST));
  if (image) return hashOfBytes(image.bytes);
  throw new HostFailure(
    `cannot read '${printable(join(directory, MANIFEST))}': there is no such file`,
    'name the directory of the evidence before it, or its last hash, with --previous',
    'ENOENT',
  );
}
