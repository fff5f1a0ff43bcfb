/** The report of `evidence verify` as text: what it is about, and each alteration on lines of its own. */

import type { Alteration } from '../dossier/alterations.ts';
import type { SignatureJudgement } from '../dossier/signature.ts';
import type { Style } from '../terminal/terminal.ts';
import { counted, printable } from '../text.ts';
import { heading, rows, type Row } from './layout.ts';
import type { VerificationReport } from './report.ts';

export function describeVerification(report: VerificationReport, style: Style): string {
  const { directory, manifest, alterations, isCompared, signature } = report;
  const isSure = isCompared || signature?.kind === 'good';
  const verdict = manifest
    ? alterations.length === 0
      ? isSure
        ? 'as it was written'
        : 'each file is as the manifest says'
      : counted(alterations.length, 'alteration')
    : 'cannot be read';
  const parts = [
    heading(`Evidence in ${printable(directory)}: ${verdict}`, style),
    ...(manifest ? [rows(entriesOf(report, manifest), style)] : []),
    ...(alterations.length === 0 ? [] : [rows(alterations.map(describeAlteration), style)]),
  ];
  return parts.join('\n\n');
}

function entriesOf(
  { sha256 = '', isCompared, signature, alterations }: VerificationReport,
  manifest: NonNullable<VerificationReport['manifest']>,
): readonly Row[] {
  const { host, tool, startedAt, files, change, previous, redacted } = manifest;
  const isTold = alterations.some(({ kind }) => kind === 'manifestEdited');
  return [
    ['host', `${host.name}${host.id === null ? '' : `, ${host.id}`}`],
    ['run', `${tool}, ${startedAt}`],
    ...(change === null ? [] : [['change', change] as const]),
    ['files', `${files.length}${redacted ? ', redacted' : ''}`],
    [
      'last hash',
      sha256,
      isCompared
        ? isTold
          ? 'not the one that was kept'
          : 'the one that was kept'
        : 'compare it with the one that was kept elsewhere: --hash',
    ],
    ['before it', previous ?? 'none: it was the first of its host'],
    ['signature', signatureWords(signature)],
  ];
}

function signatureWords(signature: SignatureJudgement | undefined): string {
  switch (signature?.kind) {
    case undefined:
      return 'none';
    case 'good':
      return `good: by ${signature.by}, ${signature.key}`;
    case 'bySomebody':
      return `by ${signature.key}; whose that is, is not judged without --allowed-signers`;
    case 'byAnotherKey':
      return `by ${signature.key}, which may not sign as that identity`;
    case 'notJudged':
      return 'not judged: there is no ssh-keygen here';
    case 'wrong':
      return 'wrong';
    default:
      return signature satisfies never;
  }
}

/** Names the alteration, and what it is known by. */
function describeAlteration(alteration: Alteration): Row {
  switch (alteration.kind) {
    case 'changed':
    case 'resized': {
      const { kind, path, expected, found } = alteration;
      const sizes =
        kind === 'resized'
          ? [`${alteration.expectedBytes} bytes then, ${alteration.foundBytes} now`]
          : [];
      return [kind, path, ...sizes, `sha256 then ${expected}`, `sha256 now ${found}`];
    }
    case 'missing':
      return ['missing', alteration.path];
    case 'extra':
      return ['extra', `${alteration.path}: a ${alteration.entry} that the manifest does not name`];
    case 'renamed':
      return ['renamed', `${alteration.path} is now ${alteration.to}`];
    case 'swapped':
      return [
        'swapped',
        `${alteration.path} holds what ${alteration.with} should, and the reverse`,
      ];
    case 'notAFile':
      return ['no file', `${alteration.path} is a ${alteration.entry}`];
    case 'journalCut': {
      const { path, expectedLines, foundLines } = alteration;
      return ['journal cut', `${path}: ${counted(expectedLines, 'line')} then, ${foundLines} now`];
    }
    case 'manifestEdited': {
      const { expected, found } = alteration;
      return ['manifest edited', `kept elsewhere ${expected}`, `now ${found}`];
    }
    case 'manifestUnreadable':
      return ['unreadable', `manifest.json: ${alteration.reason}`];
    case 'chainBroken': {
      const { expected, found } = alteration;
      return ['chain broken', `expected ${expected}`, `it names ${found ?? 'none'}`];
    }
    case 'signature':
      return [`signature ${SIGNATURES[alteration.is]}`, alteration.detail];
    case 'unread':
      return ['unreadable', `${alteration.path}: ${alteration.reason}`];
    default:
      return alteration satisfies never;
  }
}

const SIGNATURES = { missing: 'missing', wrong: 'wrong', byAnotherKey: 'by another key' } as const;
