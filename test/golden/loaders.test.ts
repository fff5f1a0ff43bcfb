/**
 * Loaders whose word is no proof: what they say is a hint, and the table that is read back decides.
 * Source: the comparison's T67 to T69, T71 and T85; measured facts §0.3, §0.5, §3 and §D.
 */

import { chmodSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Command, Exit, Host } from '../../src/host/host.ts';
import { absolutePath, nameOf } from '../../src/paths.ts';
import { decode, encode } from '../../src/text.ts';
import { dockaudit, readReport } from '../support/golden.ts';
import { listedOn, practised, type } from '../support/hosts.ts';

const OURS = '/etc/audit/rules.d/zz-docker.rules';
const FIX = ['fix', '--yes', '--format', 'json'];

/** `host`, whose augenrules does what it does and then `after`. */
function loadedBy(host: Host, after: (exit: Exit) => Promise<Exit>): Host {
  const run = async (command: Command): Promise<Exit> => {
    const exit = await host.run(command);
    return nameOf(command.argv[0]) === 'augenrules' ? after(exit) : exit;
  };
  return { ...host, run };
}

async function textAt(host: Host, path: string): Promise<string | undefined> {
  const image = await host.read(absolutePath(path));
  return image && decode(image.bytes);
}

describe('a load', () => {
  it.each<readonly [string, string, Partial<Exit>]>([
    [
      'that says 1 and brings a part is taken back',
      '/sbin/auditctl -W /usr/lib/systemd/system/docker.socket -k docker',
      { status: 1 },
    ],
    ['that says 0 and leaves no rule is taken back', '/sbin/auditctl -D', { status: 0 }],
  ])('%s', async (_what, then, told) => {
    using made = await practised();
    const { host } = made;
    const generated = await textAt(host, '/etc/audit/audit.rules');
    const before = await listedOn(host);
    const loader = loadedBy(host, async (exit) => {
      await type(host, then);
      return { ...exit, ...told };
    });
    const ended = await dockaudit(loader, FIX);
    expect(ended.exit).toBe(4);
    expect(await textAt(host, OURS)).toBeUndefined();
    expect(await textAt(host, '/etc/audit/audit.rules')).toBe(generated);
    expect(await listedOn(host)).toEqual(before);
  });

  it('that grumbles at watches, as audit 4 does, is none the worse', async () => {
    using made = await practised();
    const grumbling = loadedBy(made.host, async (exit) => ({
      ...exit,
      stderr: encode('Old style watch rules are slower\n'),
    }));
    const ended = await dockaudit(grumbling, FIX);
    expect(ended.exit, ended.stderr).toBe(0);
    expect(readReport(ended).findings.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
  });
});

describe('a fix', () => {
  it.each(['watch', 'syscall'])(
    'prepends nothing, for -A deletes before 4.1.1: --style %s',
    async (style) => {
      using made = await practised('kernel-only-rules');
      const run: string[][] = [];
      const host: Host = {
        ...made.host,
        run: (command) => {
          run.push([...command.argv]);
          return made.host.run(command);
        },
      };
      expect((await dockaudit(host, [...FIX, '--style', style])).exit).toBe(0);
      const added = run.filter(([program = '']) => program.endsWith('/auditctl'));
      expect(added.length).toBeGreaterThan(0);
      expect(added.flat()).not.toContain('-A');
      expect(await textAt(host, OURS)).not.toMatch(/^\s*-A/m);
    },
  );

  it('keeps the mode and the owner of our file', async () => {
    using made = await practised();
    expect((await dockaudit(made.host, [...FIX, '--control', '1.2.3'])).exit).toBe(0);
    chmodSync(`${made.root}${OURS}`, 0o600);
    const before = statSync(`${made.root}${OURS}`);
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    const after = statSync(`${made.root}${OURS}`);
    expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
    expect(after.size).toBeGreaterThan(before.size);
  });
});
