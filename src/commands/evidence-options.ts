/** The options about evidence: which run keeps it, and what `evidence verify` compares it with. */

import { UsageFailure } from '../errors.ts';
import type { OptionRow } from './option-rows.ts';

export interface EvidenceOptions {
  /** `--evidence DIR`. */
  readonly evidence: string | undefined;
  readonly signWith: string | undefined;
  readonly redact: boolean;
  /** Of `evidence verify`. */
  readonly hash: string | undefined;
  /** A hash, or a directory. */
  readonly previous: string | undefined;
  readonly allowedSigners: string | undefined;
  readonly signer: string | undefined;
}

export const EVIDENCE_ROWS: readonly OptionRow[] = [
  {
    name: 'evidence',
    type: 'string',
    value: 'DIR',
    help: 'write what was seen and done to DIR, with a manifest of hashes',
  },
  {
    name: 'sign-with',
    type: 'string',
    value: 'KEY',
    help: 'with --evidence: sign the manifest with an SSH key, or with the agent by its .pub',
  },
  {
    name: 'redact',
    type: 'boolean',
    help: "with --evidence: hide names of users, their homes and paths of others' rules",
  },
  {
    name: 'hash',
    type: 'string',
    value: 'SHA256',
    help: 'evidence verify: the last hash, as it was kept elsewhere',
  },
  {
    name: 'previous',
    type: 'string',
    value: 'DIR|SHA256',
    help: 'evidence verify: the evidence before it, or its last hash',
  },
  {
    name: 'allowed-signers',
    type: 'string',
    value: 'FILE',
    help: 'evidence verify: who may sign, as ssh-keygen(1) has it',
  },
  {
    name: 'signer',
    type: 'string',
    value: 'IDENTITY',
    help: 'evidence verify: who signed, as FILE names them',
  },
];

/** Runs that can keep evidence. */
const KEEPING = ['fix', 'plan', 'check', 'prove', 'rollback', 'remove'];

/** @throws UsageFailure for a value that cannot be meant */
export function evidenceOptions(
  text: (name: string) => string | undefined,
  has: (name: string) => boolean,
): EvidenceOptions {
  const hash = text('hash')?.toLowerCase();
  if (hash !== undefined && !isHash(hash))
    throw new UsageFailure(
      `--hash cannot be '${text('hash')}'`,
      'it takes a SHA-256: 64 hexadecimal digits',
    );
  return {
    evidence: text('evidence'),
    signWith: text('sign-with'),
    redact: has('redact'),
    hash,
    previous: text('previous'),
    allowedSigners: text('allowed-signers'),
    signer: text('signer'),
  };
}

/** Whether that is a SHA-256, in small letters. */
export function isHash(text: string): boolean {
  return /^[\da-f]{64}$/.test(text);
}

/** What this run would pass over. @throws UsageFailure */
export function refuseStrayEvidence(name: string, options: EvidenceOptions): void {
  const { evidence, signWith, redact, hash, previous, allowedSigners, signer } = options;
  if (evidence !== undefined && !KEEPING.includes(name))
    throw new UsageFailure(
      `--evidence goes with ${KEEPING.join(', ')}`,
      name === 'evidence' ? "write 'dockaudit evidence verify DIR'" : 'leave it out',
    );
  if (evidence === undefined && (signWith !== undefined || redact))
    throw new UsageFailure('--sign-with and --redact go with --evidence', 'add --evidence DIR');
  if (name !== 'evidence' && (hash ?? previous ?? allowedSigners ?? signer) !== undefined)
    throw new UsageFailure(
      '--hash, --previous, --allowed-signers and --signer go with evidence verify',
      "write 'dockaudit evidence verify DIR …'",
    );
  if ((allowedSigners === undefined) !== (signer === undefined))
    throw new UsageFailure(
      '--allowed-signers and --signer go together',
      'the one names a file, the other an identity in it',
    );
}
