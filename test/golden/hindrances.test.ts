/**
 * What cannot be undone is a blocker: files that a loader can write and no undo can replace. The
 * output of lsattr is that of e2fsprogs 1.47; what the kernel then refuses was seen on ext4, Linux 6.18.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nameOf } from '../../src/paths.ts';
import { encode } from '../../src/text.ts';
import { dockaudit, readFailure, readReport } from '../support/golden.ts';
import { practised, type Practised } from '../support/hosts.ts';
import { standing } from '../support/standing.ts';

const FIX = ['fix', '--yes', '--format', 'json'];
const GENERATED = '/etc/audit/audit.rules';
const RULES = '/etc/audit/rules.d';
const OURS = `${RULES}/zz-docker.rules`;

function put({ root }: Practised, path: string, text: string): void {
  mkdirSync(dirname(root + path), { recursive: true });
  writeFileSync(root + path, text);
}

/** `made` with an lsattr that finds these attributes, and says of all else that it has none. */
function withAttributes(made: Practised, flags: Readonly<Record<string, string>>): Host {
  put(made, '/usr/bin/lsattr', '');
  return {
    ...made.host,
    ask: async (query) => {
      const [first, option, end, ...paths] = query.argv;
      if (nameOf(first) !== 'lsattr') return made.host.ask(query);
      expect([option, end]).toEqual(['-d', '--']);
      const lines = paths.map((path) => `${flags[path] ?? '--------------e-------'} ${path}\n`);
      // As where one of them lies on a file system without attributes.
      return { status: 1, stdout: encode(lines.join('')), stderr: new Uint8Array() };
    },
  };
}

const IMMUTABLE = '----i---------e-------';
const APPEND_ONLY = '-----a--------e-------';

describe('a file or directory that chattr(1) has closed', () => {
  it.each([
    ['the generated file', GENERATED, IMMUTABLE, 'i', 'it cannot be replaced'],
    ['the generated file', GENERATED, APPEND_ONLY, 'a', 'it cannot be replaced'],
    ['its directory', '/etc/audit', IMMUTABLE, 'i', 'nothing in it can be replaced or removed'],
    ['where ours lies', RULES, APPEND_ONLY, 'a', 'nothing in it can be replaced or removed'],
  ])('%s is a blocker: %s %s', async (_what, path, shown, flag, reason) => {
    using made = await practised();
    const host = withAttributes(made, { [path]: shown });
    const before = await standing(made);
    const planned = readReport(await dockaudit(host, ['plan', '--format', 'json']));
    const ended = await dockaudit(host, FIX);
    expect([planned.exitCode, ended.exit]).toEqual([1, 1]);
    for (const { plan } of [planned, readReport(ended)]) {
      expect(plan?.blockers).toHaveLength(1);
      expect(plan?.blockers[0]).toMatchObject({
        path,
        mend: `'chattr -${flag} ${path}' ends that`,
      });
      expect(plan?.blockers[0]?.reason).toContain(reason);
    }
    expect(await standing(made)).toEqual(before);
  });

  it('is none where the change does not write', async () => {
    using made = await practised();
    put(made, `${RULES}/10-site.rules`, '-w /etc/hosts -p wa -k site\n');
    const host = withAttributes(made, { [`${RULES}/10-site.rules`]: IMMUTABLE });
    expect((await dockaudit(host, FIX)).exit).toBe(0);
  });

  it('keeps remove from its first write, too', async () => {
    using made = await practised();
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    const before = await standing(made);
    const host = withAttributes(made, { [OURS]: IMMUTABLE });
    const ended = await dockaudit(host, ['remove', '--yes', '--format', 'json']);
    expect(ended.exit, ended.stdout).toBe(1);
    expect(ended.stdout).toContain(`chattr -i ${OURS}`);
    expect(await standing(made)).toEqual(before);
  });

  it.each(['/var/lib/dockaudit', '/var/lib/dockaudit/changes'])(
    '%s, where an undo is kept: nothing begins',
    async (path) => {
      using made = await practised();
      mkdirSync(`${made.root}/var/lib/dockaudit/changes`, { recursive: true, mode: 0o700 });
      const before = await standing(made);
      const ended = await dockaudit(withAttributes(made, { [path]: APPEND_ONLY }), FIX);
      expect(ended.exit, ended.stdout).toBe(1);
      expect(readFailure(ended)).toMatchObject({ advice: `'chattr -a ${path}' ends that` });
      expect(await standing(made)).toEqual(before);
    },
  );
});

const MOUNTS = [
  '24 1 8:1 / / rw - ext4 /dev/sda1 rw',
  `90 24 8:1 /srv/audit.rules ${GENERATED} rw - ext4 /dev/sda1 rw`,
  '',
].join('\n');

it('a generated file that is a mount point is a blocker: rename(2) says EBUSY', async () => {
  using made = await practised();
  put(made, '/proc/self/mountinfo', MOUNTS);
  const before = await standing(made);
  const ended = await dockaudit(made.host, FIX);
  expect(ended.exit).toBe(1);
  const [blocker, ...more] = readReport(ended).plan?.blockers ?? [];
  expect(blocker).toMatchObject({ path: GENERATED, mend: `'umount ${GENERATED}' ends that` });
  expect(more).toEqual([]);
  expect(await standing(made)).toEqual(before);
});

/** Root with these capabilities and groups, where the generated file belongs to group 4. */
function withRights(made: Practised, capabilities: string, groups: string): Host {
  const rights = ['Uid:\t0\t0\t0\t0', 'Gid:\t0\t0\t0\t0', `Groups:\t${groups}`];
  put(made, '/proc/self/status', [...rights, `CapEff:\t${capabilities}`, ''].join('\n'));
  return {
    ...made.host,
    look: async (path) => {
      const entry = await made.host.look(path);
      return entry && (path === GENERATED ? { ...entry, gid: 4 } : entry);
    },
  };
}

describe('a generated file of another group', () => {
  it('is a blocker where CAP_CHOWN is missing: it could not be given back', async () => {
    using made = await practised();
    const ended = await dockaudit(withRights(made, '000001fffffffffe', '0 '), FIX);
    expect(ended.exit).toBe(1);
    const [blocker, ...more] = readReport(ended).plan?.blockers ?? [];
    expect(blocker).toMatchObject({ path: GENERATED });
    expect(blocker?.reason).toContain('it belongs to 0:4');
    expect(more).toEqual([]);
  });

  it.each([
    ['there is CAP_CHOWN', '000001ffffffffff', ''],
    ['we are of that group', '000001fffffffffe', '4 24 '],
  ])('is none where %s', async (_what, capabilities, groups) => {
    using made = await practised();
    expect((await dockaudit(withRights(made, capabilities, groups), FIX)).exit).toBe(0);
  });
});
