/** What came of `--evidence`, in a few lines below the rest. */

import type { Style } from '../terminal/terminal.ts';
import { printable } from '../text.ts';
import { heading, rows, wrap, type Row } from './layout.ts';
import type { Evidenced } from './report.ts';

export function describeEvidence(evidence: Evidenced, style: Style): string {
  const { directory } = evidence;
  if (evidence.kind === 'failed') {
    const { message, advice } = evidence.failure;
    return [
      heading('Evidence: not written', style),
      wrap(message, style, '  '),
      ...advice.split('\n').map((line) => `  ${printable(line)}`),
    ].join('\n');
  }
  const { sha256, previous, isSigned, isRedacted } = evidence;
  const entries: Row[] = [
    ['written to', `${directory}/`],
    ['last hash', sha256],
    ['before it', previous ?? 'none: this is the first of this host'],
    ...(isSigned ? [['signed', 'manifest.json.sig'] as const] : []),
    ...(isRedacted ? [['redacted', 'names of users, paths of others'] as const] : []),
  ];
  return [
    heading('Evidence', style),
    rows(entries, style),
    wrap(
      'Keep the last hash elsewhere: whoever alters a file here can write the manifest anew, too.',
      style,
      '  ',
    ),
  ].join('\n');
}
