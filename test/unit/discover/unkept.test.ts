/** What BusyBox's cp would lose of a rule file, told before a change. Output of attr 2.5.1, acl 2.3.1. */

import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../../src/host/host.ts';
import { nameOf } from '../../../src/paths.ts';
import { encode } from '../../../src/text.ts';
import { dockaudit, readReport } from '../../support/golden.ts';
import { practised, type Practised } from '../../support/hosts.ts';

const RULES = '/etc/audit/rules.d/audit.rules';

/** `made` with that cp and that program, which says `said` of the rules file. */
function host(made: Practised, copier: string | undefined, program: string, said: string): Host {
  const cp = `${made.root}/usr/bin/cp`;
  rmSync(cp, { force: true });
  mkdirSync(`${made.root}/usr/bin`, { recursive: true });
  if (copier === undefined) writeFileSync(cp, '');
  else symlinkSync(copier, cp);
  writeFileSync(`${made.root}/usr/bin/${program}`, '');
  return {
    ...made.host,
    ask: async (query) => {
      const [first, ...rest] = query.argv;
      if (nameOf(first) !== program) return made.host.ask(query);
      const stdout = encode(rest.at(-1) === RULES ? said : '');
      return { status: 0, stdout, stderr: new Uint8Array() };
    },
  };
}

const ATTRIBUTES = `# file: ${RULES.slice(1)}\nsystem.posix_acl_access\n\n`;
const ENTRIES = 'user::rw-\nuser:daemon:r--\ngroup::r--\nmask::r--\nother::---\n\n';
const LABEL = `# file: ${RULES.slice(1)}\nsecurity.selinux\n\n`;

async function notes(...given: Parameters<typeof host>): Promise<readonly string[]> {
  const ended = await dockaudit(host(...given), ['plan', '--format', 'json']);
  readReport(ended);
  return ended.stdout.split('\n').filter((line) => line.includes('extended attributes'));
}

describe('a rules file whose attributes a change would lose', () => {
  it.each([
    ['busybox, by getfattr', '/bin/busybox', 'getfattr', ATTRIBUTES],
    ['toybox, by getfacl', '../../bin/toybox', 'getfacl', ENTRIES],
  ])('is named in the plan: %s', async (_what, copier, program, said) => {
    using made = await practised();
    const [note, ...more] = await notes(made, copier, program, said);
    expect(note).toContain(
      `'${RULES}' has an ACL or extended attributes ('${program}' shows them)`,
    );
    expect(more).toEqual([]);
  });

  it.each([
    ['has none', '/bin/busybox', 'getfattr', ''],
    ['has but a label, which is set anew', '/bin/busybox', 'getfattr', LABEL],
    ['is copied by coreutils', undefined, 'getfattr', ATTRIBUTES],
    ['is copied by coreutils in one program', '../lib/coreutils', 'getfattr', ATTRIBUTES],
  ])('is not named where it %s', async (_what, copier, program, said) => {
    using made = await practised();
    expect(await notes(made, copier, program, said)).toEqual([]);
  });
});
