/** What is measured side by side: ours, bare Node, auditctl, and the benchmark's own commands. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender } from './measure.ts';

const BIN = join(import.meta.dirname, '../../bin/dockaudit.js');
const BOOK = [
  'auditctl -l | grep /usr/bin/dockerd',
  'systemctl show -p FragmentPath docker.socket',
  'auditctl -l | grep docker.socket',
].join('; ');

/** On this host if it can be asked, else on the practice host; a fix is always made on the latter. */
export function contenders(): {
  readonly commands: readonly Contender[];
  readonly host: string;
  readonly dispose: () => void;
} {
  const live = process.getuid?.() === 0 && existsSync('/sbin/auditctl');
  const practice = mkdtempSync(join(tmpdir(), 'dockaudit-bench-'));
  const demo = (name: string): string[] => ['demo', '--dir', join(practice, name)];
  const remake = (name: string) => (): void => {
    rmSync(join(practice, name), { recursive: true, force: true });
    execFileSync(process.execPath, [BIN, ...demo(name), 'check', '--exit-zero', '-q']);
  };
  if (!live) remake('look')();
  const look = live ? [] : demo('look');
  const commands: readonly Contender[] = [
    { name: 'node -e 0', argv: [process.execPath, '-e', '0'] },
    ours('--version', ['--version']),
    ours('check', [...look, 'check']),
    ours('--dry-run', [...look, '--dry-run']),
    { ...ours('fix --yes (practice host)', [...demo('fix'), '--yes']), before: remake('fix') },
    ...(live
      ? [
          { name: 'auditctl -l', argv: ['auditctl', '-l'] } as const,
          { name: "the book's commands", argv: ['sh', '-c', BOOK] } as const,
        ]
      : []),
  ];
  return {
    commands,
    host: live ? 'this host' : 'the practice host',
    dispose: () => rmSync(practice, { recursive: true }),
  };
}

function ours(name: string, args: readonly string[]): Contender {
  const script = [BIN, ...args];
  return { name, argv: [process.execPath, ...script], script };
}
