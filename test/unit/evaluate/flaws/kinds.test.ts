/**
 * One line or more for each kind of flaw, with the place at which an editor shows it. Expected
 * values: measured behaviour of auditctl and augenrules, audit 2.8.5 to 4.2.1.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../../../src/audit/merge.ts';
import type { AuditVersion, PathFacts, World } from '../../../../src/audit/world.ts';
import { findFlaws } from '../../../../src/evaluate/flaws/find-flaws.ts';
import type { Flaw } from '../../../../src/evaluate/flaws/flaw.ts';
import { fileScript, hostScript } from '../../../../src/evaluate/flaws/script.ts';
import { absolutePath } from '../../../../src/paths.ts';
import { EXAMPLES, mergedFacts } from '../../../../bin/lint-page.ts';
import { corpusWorld } from '../../../support/corpus.ts';

const FILE = absolutePath('/etc/audit/audit.rules');
const FX = '/srv/fixture/fx';

function world(version: AuditVersion = [3, 0, 9], paths: Record<string, PathFacts> = {}): World {
  const known = corpusWorld(version);
  const inCorpus = known.paths.get.bind(known.paths);
  const all = new Map<string, PathFacts>(Object.entries(paths));
  const named = all.get.bind(all);
  all.get = (path) => named(path) ?? inCorpus(path);
  return { ...known, paths: all };
}

/** `kind line:column`, without hints that most of these small files would give. */
function told(flaws: readonly Flaw[]): readonly string[] {
  return flaws
    .filter(({ kind }) => kind !== 'missingDelete')
    .map(({ kind, severity, at }) => `${severity} ${kind} ${at.line}:${at.column}`);
}

function lint(text: string, where = world()): readonly Flaw[] {
  return findFlaws(fileScript({ path: FILE, text }, where));
}

const P = `${FX}/etc/docker/daemon.json`;

describe('a file on its own', () => {
  it.each([
    ['a faithful file', `-D\n-b 8192\n\n# c\n -w ${P} -p wa -k docker\n-e 2\n`, []],
    ['an unknown field', `-a always,exit -F nope=1 -F key=k`, ['refused refused 1:19']],
    ['an unknown option', `-w ${P} -x`, [`refused refused 1:${P.length + 5}`]],
    ['capital letters', '-a Always,exit -S open', ['refused refused 1:4']],
    ['a rule twice', `-w ${P} -p wa -k k\n-w ${P}/ -p aw -k k`, ['refused duplicate 2:1']],
    [
      'a rule twice in two styles',
      `-w ${P} -p wa -k k\n-a exit,always -F path=${P} -F perm=wa -k k`,
      ['refused duplicate 2:1'],
    ],
    [
      'a user that is unknown',
      `-a always,exit -F path=${P} -F auid=nobody9`,
      [`refused unknownAccount 1:${P.length + 33}`],
    ],
    ['a group that is unknown', '-a always,exit -F gid=nogroup9', ['refused unknownAccount 1:23']],
    [
      'a call of no architecture',
      '-a always,exit -F arch=b64 -S opn -F arch=b32 -S opn',
      ['refused refused 1:1'],
    ],
    [
      'a call of the other architecture',
      '-a always,exit -F arch=b64 -S stime -k t\n-a always,exit -F arch=b32 -S stime -k t',
      ['refused unknownSyscall 1:31'],
    ],
    ['a missing parent', '-w /etc/nope/x -k k', ['refused missingPlace 1:4']],
    ['a missing tree', `-a always,exit -F dir=${FX}/nope -k k`, ['refused missingPlace 1:23']],
    [
      'a comment behind a rule',
      `-w ${P} -p wa # why`,
      [`refused trailingComment 1:${P.length + 11}`],
    ],
    ['a comment in a key', `-w ${P} -k a#why`, [`misread commentInKey 1:${P.length + 9}`]],
    ['a tab before a rule', `\t-w ${P} -k k`, ['refused tab 1:1']],
    ['a line of a tab', `-w ${P} -k k\n\t`, ['refused tab 2:1']],
    ['a tab behind a key', `-w ${P} -k k\t`, [`misread tab 1:${P.length + 9}`]],
    ['a quoted path', `-w "${P}" -k k`, ['refused quotes 1:4']],
    ['a quoted key', `-w ${P} -k "k"`, [`misread quotes 1:${P.length + 8}`]],
    ['CRLF behind -D', '-D\r\n', ['refused carriageReturn 1:3']],
    ['CRLF behind a key', `-w ${P} -k k\r\n`, [`misread carriageReturn 1:${P.length + 9}`]],
    ['CRLF behind a number', '-b 8192\r\n', []],
    ['a byte order mark', `\ufeff-w ${P} -k k`, ['refused byteOrderMark 1:1']],
    ['a byte order mark before a comment', '\ufeff# c\n', ['refused byteOrderMark 1:1']],
    ['a dash of a word processor', `–w ${P} -k k`, ['refused dash 1:1']],
    ['a NUL', `-w ${P} -p w\0a -k k`, [`misread nul 1:${P.length + 9}`]],
    ['a wildcard', `-w ${FX}/etc/docker/*.json -k k`, ['misread wildcard 1:31']],
    ['a path that climbs', `-w ${FX}/etc/../etc/docker -k k`, ['misread relativePath 1:23']],
    ['the action possible', `-a exit,possible -S open -F path=${P}`, ['refused possible 1:9']],
    [
      '-e 2 before others',
      `-e 2\n-w ${P} -k k\n-w ${P} -k l`,
      ['misread earlyLock 1:1', 'refused refused 2:1'],
    ],
    ['-D behind rules', `-w ${P} -k k\n-D\n-w ${P} -k k`, ['misread earlyDelete 2:1']],
    ['-D twice at the top', `-D\n-D\n-w ${P} -k k`, []],
    ['-b twice', `-b 64\n-w ${P} -k k\n-b 8192`, ['misread overridden 1:1']],
    ['-b twice, the same', '-b 64\n-b 64', []],
    ['-i before a fault', '-i\n-w relative', ['misread hiddenErrors 1:1', 'refused refused 2:1']],
    ['-c before no fault', `-c\n-w ${P} -k k`, ['hint hiddenErrors 1:1']],
    [
      'permissions that exclude each other',
      `-a always,exit -F path=${P} -F perm=w -F perm=a`,
      [`misread permissionsTwice 1:${P.length + 28}`],
    ],
    ['-p twice, of which the last counts', `-w ${P} -p w -p a`, []],
    [
      'one interface of two',
      '-a always,exit -F arch=b64 -S open -k k',
      ['hint oneArchitecture 1:19'],
    ],
    [
      'both interfaces',
      '-a always,exit -F arch=b64 -S chown -k k\n-a always,exit -F arch=b32 -S chown,chown32 -k k',
      [],
    ],
    ['calls without interface', '-a always,exit -S open -k k', ['misread mixedSyscalls 1:19']],
    ['all calls without interface', '-a always,exit -S all -F uid=0', []],
    ['a link at the end', `-w ${FX}/usr/bin/runc -k k`, ['misread finalLink 1:4']],
    ['a link to a directory', `-a always,exit -F dir=${FX}/lib -k k`, ['misread finalLink 1:23']],
    ['a link followed by a slash', `-a always,exit -F dir=${FX}/lib/ -k k`, []],
    ['a link in the middle', `-w ${FX}/lib/systemd/system/docker.socket -k k`, []],
    ['a tree on a file', `-a always,exit -F dir=${P} -k k`, ['misread directoryOnFile 1:23']],
    [
      'an entry that is a directory',
      `-a always,exit -F path=${FX}/etc/docker`,
      ['hint entryOnly 1:24'],
    ],
    ['a watch before its place', `-w ${FX}/etc/docker/x -k k`, ['hint absentPlace 1:4']],
    [
      'never for the same file before it',
      `-a never,exit -F path=${P}\n-w ${P} -p wa -k k`,
      ['misread silenced 2:1'],
    ],
    [
      'never for a directory above it',
      `-a never,exit -F dir=${FX}/etc\n-w ${P} -p wa -k k`,
      ['misread silenced 2:1'],
    ],
    ['never after it', `-w ${P} -p wa -k k\n-a never,exit -F path=${P}`, []],
    ['never for reading only', `-a never,exit -F path=${P} -F perm=r\n-w ${P} -p wa -k k`, []],
    ['never for one user', `-a never,exit -F path=${P} -F auid=0\n-w ${P} -p wa -k k`, []],
    [
      'never for writing, and a rule for a call that also reads',
      `-a never,exit -F path=${P} -F perm=w\n-a always,exit -F arch=b64 -S open -F path=${P}`,
      ['hint oneArchitecture 2:19'],
    ],
    [
      'never for writing and never for attributes',
      `-a never,exit -F path=${P} -F perm=w\n-a never,exit -F path=${P} -F perm=a\n-w ${P} -p wa -k k`,
      ['misread silenced 3:1'],
    ],
    [
      'never for the same calls',
      '-a never,exit -F arch=b64 -S kill,tkill\n-a always,exit -F arch=b64 -S kill -k k',
      ['misread silenced 2:1'],
    ],
    [
      'never for another interface',
      '-a never,exit -F arch=b32 -S kill\n-a always,exit -F arch=b64 -S kill -k k',
      ['hint oneArchitecture 2:19'],
    ],
    [
      'never for other calls',
      '-a never,exit -F arch=b64 -S kill\n-a always,exit -S all -F uid=0',
      [],
    ],
    ['-f twice', '-f 2\n-f 1', ['misread overridden 1:1']],
    ['never put before it', `-w ${P} -p wa -k k\n-A never,exit -S all`, ['misread silenced 1:1']],
    ['never,task', `-a never,task\n-w ${P} -k k`, ['misread neverTask 1:10']],
    ['task,never', `-a task,never\n-w ${P} -k k`, ['misread neverTask 1:4']],
    ['never,task alone', '-a never,task', []],
    ['never,task for one user', `-a never,task -F uid=0\n-w ${P} -k k`, []],
    [
      'SYSCALL excluded',
      `-a always,exclude -F msgtype=SYSCALL\n-w ${P} -k k`,
      ['misread excluded 1:11'],
    ],
    ['exclude without a field', `-a always,exclude\n-w ${P} -k k`, []],
    [
      'files hidden from the kernel',
      `-a never,filesystem -F fstype!=tracefs\n-w ${P} -k k`,
      ['misread excluded 1:10'],
    ],
    [
      'never,task for every user',
      `-a never,task -F uid>=0\n-w ${P} -k k`,
      ['misread neverTask 1:10'],
    ],
    ['CWD excluded', `-a always,exclude -F msgtype=CWD\n-w ${P} -k k`, []],
    ['-e 0', `-w ${P} -k k\n-e 0`, ['misread switchedOff 2:1']],
  ] as const)('%s', (_, text, expected) => {
    expect(told(lint(text))).toEqual(expected);
  });

  it('knows the versions in which -A deletes', () => {
    const rule = `exit,always -F path=${P} -F perm=wa -k k`;
    const [twice, alone] = [`-a ${rule}\n-A ${rule}`, `-A ${rule}`];
    expect(told(lint(twice, world([4, 0, 5])))).toEqual(['misread prependDeletes 2:1']);
    expect(told(lint(alone, world([4, 0, 5])))).toEqual(['refused prependDeletes 1:1']);
    expect(told(lint(alone, world([4, 0, 2])))).toEqual([]);
  });

  it.each([
    [[3, 0, 9], { uid: 1000, mode: 0o640 }, 1],
    [[3, 0, 9], { uid: 0, mode: 0o646 }, 1],
    [[3, 0, 9], { uid: 0, mode: 0o640 }, 0],
    [[3, 1, 2], { uid: 1000, mode: 0o646 }, 0],
    [[4, 1, 2], { uid: 1000, mode: 0o646 }, 0],
    [[4, 2, 1], { uid: 1000, mode: 0o640 }, 0],
    [[4, 2, 1], { uid: 0, mode: 0o646 }, 1],
  ] as const)('is looked at as audit %j looks at owner and mode: %j', (version, image, count) => {
    const flaws = findFlaws(fileScript({ path: FILE, text: '-D\n', image }, world(version)));
    expect(told(flaws)).toEqual(count === 0 ? [] : ['hint unsafeFile 1:1']);
  });

  it('names the other line of a duplicate', () => {
    const [flaw] = lint(`-D\n-w ${P} -p wa -k k\n# c\n-w ${P} -p wa -k k`);
    expect(flaw?.other).toEqual({ file: FILE, line: 2 });
    expect(flaw?.what).toContain(`${FILE}:2`);
  });

  it('counts the rules that a refused line costs', () => {
    const [flaw] = lint(`-w relative\n-w ${P} -k a\n-w ${P} -k b\n`);
    expect(flaw?.what).toContain('2 rules after it will not be loaded');
  });

  it('finds faults behind the first one, too', () => {
    expect(told(lint(`-w relative\n-w ${P} -k "a\n-w nope`))).toEqual([
      'refused refused 1:1',
      `misread quotes 2:${P.length + 8}`,
      'refused refused 3:1',
    ]);
  });

  it('shows where auditctl cuts a line, and that the rest is carried out', () => {
    const comment = `#${'x'.repeat(6142)}`;
    const [flaw] = lint(`# c\n${comment}-w ${P} -k k\n-w relative\n`);
    expect(flaw).toMatchObject({
      kind: 'longLine',
      severity: 'misread',
      at: { line: 2, column: 6144 },
    });
    expect(told(lint(`${comment}and so on\n`))).toEqual(['refused longLine 1:6144']);
    expect(told(lint(`${comment}\n`))).toEqual([]);
  });

  it('counts lines as an editor does, also behind a long one', () => {
    const text = `#${'x'.repeat(6142)}# more\n-w relative\n`;
    expect(told(lint(text))).toEqual(['refused refused 2:1']);
  });

  it('counts characters, not bytes or halves of them', () => {
    expect(told(lint(`-w /etc/é😀 -k "k"`))).toEqual(['misread quotes 1:15']);
  });

  it('hints at what is missing when the host boots', () => {
    const late: PathFacts = {
      kind: 'file',
      place: absolutePath('/run/x/y'),
      missingAtBoot: '/run/x is made anew by a service after the rules are loaded',
    };
    expect(told(lint('-w /run/x/y -k k', world([3, 0, 9], { '/run/x/y': late })))).toEqual([
      'hint missingAtBoot 1:4',
    ]);
  });
});

const MAWK: Dialect = { awk: 'mawk', ls: 'coreutils', version: [3, 0, 9] };

/** What augenrules of `dialect` reads. */
function merged(
  files: Record<string, string>,
  { dialect = MAWK, names = Object.keys(files) }: { dialect?: Dialect; names?: string[] } = {},
): readonly string[] {
  const script = hostScript(mergedFacts(files, dialect, world(dialect.version)), names);
  return findFlaws(script)
    .filter(({ kind }) => kind !== 'missingDelete')
    .map(
      ({ kind, severity, at }) =>
        `${severity} ${kind} ${at.file.slice(19)}:${at.line}:${at.column}`,
    );
}

describe('files that augenrules merges', () => {
  it.each([
    [
      'a file without a final newline',
      { 'a.rules': `-w ${P} -k a`, 'b.rules': `-w ${P} -k b\n` },
      [`refused glued a.rules:1:${P.length + 9}`],
    ],
    [
      'before a comment, it runs into the key',
      { 'a.rules': `-w ${P} -k a`, 'b.rules': `#b\n` },
      [`misread glued a.rules:1:${P.length + 9}`],
    ],
    [
      'after a comment, a rule is gone',
      { 'a.rules': '# a', 'b.rules': `-w ${P} -k b\n` },
      ['misread glued a.rules:1:4'],
    ],
    [
      'before an empty line, nothing is lost',
      { 'a.rules': `-w ${P} -k a`, 'b.rules': `\n-w ${P} -k b\n` },
      [],
    ],
    ['in the last file, nothing is lost', { 'a.rules': '-D\n', 'b.rules': `-w ${P} -k b` }, []],
    [
      'two sizes',
      { 'a.rules': '-b 64\n', 'b.rules': '-b 8192\n' },
      ['misread overridden a.rules:1:1'],
    ],
    ['-D in each', { 'a.rules': '-D\n', 'b.rules': '-D\n' }, []],
    [
      'an indented -e',
      { 'a.rules': ' -e 2\n', 'b.rules': `-w ${P} -k b\n` },
      [
        'misread earlyLock a.rules:1:2',
        'misread unhoisted a.rules:1:2',
        'refused refused b.rules:1:1',
      ],
    ],
    [
      '-D and a space',
      { 'a.rules': `-w ${P} -k a\n`, 'b.rules': '-D \n' },
      ['misread earlyDelete b.rules:1:1', 'misread unhoisted b.rules:1:1'],
    ],
    [
      'CRLF before 3.1.1',
      { 'a.rules': `-w ${P} -k a\r\n` },
      [`misread carriageReturn a.rules:1:${P.length + 9}`],
    ],
    [
      'a fault before the rules of others',
      { 'a.rules': '-w x\n', 'b.rules': `-w ${P} -k b\n-w ${P} -k c\n` },
      ['refused refused a.rules:1:1', 'refused unread b.rules:1:1'],
    ],
  ] as const)('%s', (_, files, expected) => {
    expect(merged(files)).toEqual(expected);
  });

  it('are read by gawk as they are meant', () => {
    const dialect: Dialect = { ...MAWK, awk: 'gawk' };
    expect(merged({ 'a.rules': ' -e 2\n', 'b.rules': `-w ${P} -k b\n` }, { dialect })).toEqual([]);
  });

  it('lose their CR from 3.1.1 on', () => {
    const dialect: Dialect = { ...MAWK, version: [3, 1, 1] };
    expect(merged({ 'a.rules': `-w ${P} -k a\r\n` }, { dialect })).toEqual([]);
  });

  it.each([
    ['my docker.rules', [3, 0, 9], ['refused skippedFile my docker.rules:1:1']],
    ['my docker.rules', [4, 2, 0], []],
    ['docker.RULES', [3, 0, 9], ['refused skippedFile docker.RULES:1:1']],
    ['.docker.rules', [3, 0, 9], ['refused skippedFile .docker.rules:1:1']],
    ['docker.rules.bak', [3, 0, 9], ['hint skippedFile docker.rules.bak:1:1']],
    ['README', [3, 0, 9], []],
  ] as const)('do not have the name %s of audit %j', (name, version, expected) => {
    expect(merged({}, { dialect: { ...MAWK, version }, names: [name] })).toEqual(expected);
  });
});

describe('the published schema', () => {
  it('knows every kind of flaw', () => {
    const url = new URL('../../../../templates/schema/lint.schema.json', import.meta.url);
    const schema: unknown = JSON.parse(readFileSync(url, 'utf8'));
    expect(schema).toMatchObject({
      $defs: { flaw: { properties: { kind: { enum: Object.keys(EXAMPLES) } } } },
    });
  });
});
