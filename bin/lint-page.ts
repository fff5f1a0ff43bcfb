/** docs/lint.md: each kind of flaw with an example that is linted while the page is made. */

import type { Dialect } from '../src/audit/merge.ts';
import type { AuditVersion, PathFacts, World } from '../src/audit/world.ts';
import type { Facts } from '../src/discover/facts.ts';
import { persistentOf } from '../src/discover/persistent.ts';
import { findFlaws } from '../src/evaluate/flaws/find-flaws.ts';
import type { Flaw, FlawKind } from '../src/evaluate/flaws/flaw.ts';
import { fileScript, hostScript } from '../src/evaluate/flaws/script.ts';
import { absolutePath, join } from '../src/paths.ts';
import { encode, printable } from '../src/text.ts';

interface Example {
  /** A heading. */
  readonly title: string;
  /** A file on its own, or the files of rules.d by name. */
  readonly rules: string | Readonly<Record<string, string>>;
  /** Whose it is, where that counts. */
  readonly uid?: number;
  /** Shown instead of `rules`, where that cannot be read on paper. */
  readonly shown?: string;
  readonly version?: AuditVersion;
}

/** In the order of the page. */
export const EXAMPLES: Readonly<Record<FlawKind, Example>> = {
  refused: { title: 'A line that auditctl refuses', rules: '-w /etc/passwd -p rwz -k id' },
  duplicate: {
    title: 'A rule twice, in whatever spelling',
    rules: '-w /etc/passwd -p wa -k id\n-a always,exit -F path=/etc/passwd -F perm=aw -F key=id',
  },
  unknownAccount: {
    title: 'A user or group that is unknown',
    rules: '-a always,exit -F arch=b64 -S execve -F uid=oracle -k ora\n',
  },
  unknownSyscall: {
    title: 'A system call that this architecture, or this version of audit, does not know',
    rules: '-a always,exit -F arch=b64 -S stime -k time\n',
  },
  missingPlace: { title: 'A directory that is not there', rules: '-w /opt/shop/config -k shop' },
  missingAtBoot: {
    title: 'A directory that comes after the rules, when the host boots',
    rules: { '50-run.rules': '-D\n-w /run/containerd/containerd.sock -k docker\n' },
  },
  trailingComment: { title: 'A comment behind a rule', rules: '-w /etc/passwd -p wa # accounts' },
  byteOrderMark: { title: 'A byte order mark', rules: '\ufeff# rules\n', shown: '<U+FEFF># rules' },
  dash: { title: 'A typographic dash', rules: '–w /etc/passwd -p wa' },
  possible: { title: 'The action possible', rules: '-a exit,possible -S open' },
  skippedFile: {
    title: 'A file that augenrules passes over',
    rules: { 'my docker.rules': '-D\n' },
  },
  unread: {
    title: 'Rules behind a line of another file that stops the load',
    rules: { '10-site.rules': '-D\n-w etc -k etc\n', '20-shop.rules': '-w /etc/passwd -k id\n' },
  },
  erased: {
    title: 'A line added to the file that augenrules writes',
    rules: { '10-site.rules': '-D\n', '': '-w /etc/passwd -p wa -k id\n' },
    shown: '# /etc/audit/audit.rules\n-w /etc/passwd -p wa -k id',
  },
  unsafeFile: {
    title: 'A file that is not root’s, or that anybody may write',
    rules: '-D\n',
    uid: 1000,
    shown: '$ stat -c %U /root/my.rules\nadmin',
  },
  glued: {
    title: 'A file without a final newline',
    rules: { '10-site.rules': '-w /etc/passwd -k id', '20-shop.rules': '-w /etc/group -k id\n' },
    shown: '# 10-site.rules ends without a newline behind:\n-w /etc/passwd -k id',
  },
  longLine: {
    title: 'A line longer than auditctl reads at once',
    rules: `# ${'x'.repeat(6141)}-w /etc/passwd -k id\n`,
    shown: '# … 6143 bytes … -w /etc/passwd -k id',
  },
  tab: {
    title: 'A tab',
    rules: '-w /etc/passwd\t-p wa -k id',
    shown: '-w /etc/passwd<TAB>-p wa -k id',
  },
  quotes: { title: 'Quotes', rules: '-w "/etc/passwd" -p wa -k id' },
  carriageReturn: {
    title: 'Lines that end with CRLF',
    rules: '-w /etc/passwd -p wa -k id\r\n',
    shown: '-w /etc/passwd -p wa -k id<CR>',
  },
  prependDeletes: {
    title: '-A, in the versions of audit in which it deletes',
    rules: '-A always,exit -F path=/etc/passwd -F perm=wa -k id',
    version: [4, 0, 5],
  },
  commentInKey: {
    title: 'A comment that becomes part of the key',
    rules: '-w /etc/passwd -k id#1',
  },
  wildcard: { title: 'Wildcards', rules: '-w /etc/*.conf -p wa -k conf' },
  relativePath: { title: 'A path that climbs', rules: '-w /etc/../etc/passwd -p wa -k id' },
  nul: {
    title: 'A NUL byte',
    rules: '-w /etc/passwd\0 -p wa -k id\n',
    shown: '-w /etc/passwd<NUL> -p wa -k id',
  },
  unhoisted: {
    title: 'A directive with a space beside it, and mawk',
    rules: { '10-site.rules': '-D\n -e 2\n' },
  },
  overridden: { title: 'A setting that a later line sets', rules: '-b 64\n-b 8192' },
  earlyLock: {
    title: '-e 2 that is not last',
    rules: '-D\n-e 2\n-w /etc/passwd -p wa -k id',
  },
  earlyDelete: { title: '-D behind rules', rules: '-w /etc/passwd -k id\n-D' },
  missingDelete: { title: 'No -D at all', rules: { '10-site.rules': '-w /etc/passwd -k id\n' } },
  hiddenErrors: { title: '-i and -c', rules: '-i\n-w /etc/passwd -k id\n-w etc -k etc' },
  permissionsTwice: {
    title: 'Two permission fields',
    rules: '-a always,exit -F path=/etc/passwd -F perm=w -F perm=a -k id',
  },
  mixedSyscalls: { title: 'System calls without arch', rules: '-a always,exit -S open -k open' },
  finalLink: { title: 'A path that ends in a link', rules: '-w /usr/bin/runc -k docker' },
  directoryOnFile: { title: 'dir= on a file', rules: '-a always,exit -F dir=/etc/passwd -k id' },
  silenced: {
    title: 'A rule that an earlier never silences',
    rules: '-a never,exit -F dir=/etc\n-w /etc/passwd -p wa -k id',
  },
  neverTask: { title: 'never,task', rules: '-a task,never\n-w /etc/passwd -p wa -k id' },
  excluded: {
    title: 'The records of system calls are excluded',
    rules: '-a always,exclude -F msgtype=SYSCALL\n-w /etc/passwd -p wa -k id',
  },
  switchedOff: { title: '-e 0', rules: '-w /etc/passwd -p wa -k id\n-e 0' },
  oneArchitecture: {
    title: 'One architecture of two',
    rules: '-a always,exit -F arch=b64 -S execve -k exec',
  },
  absentPlace: { title: 'A place where nothing is yet', rules: '-w /etc/later -p wa -k later' },
  entryOnly: {
    title: 'path= on a directory',
    rules: '-a always,exit -F path=/etc -F perm=wa -k etc',
  },
};

const MINE = absolutePath('/root/my.rules');
const DIRECTORY = absolutePath('/etc/audit/rules.d');
const MERGED = absolutePath('/etc/audit/audit.rules');

function at(path: string, kind: PathFacts['kind']): PathFacts {
  return { kind, place: absolutePath(path) };
}

/** The host of the page: x86_64, audit 3.0.9, augenrules with mawk, as Debian 12 has them. */
function worldOf(version: AuditVersion): World {
  const facts: Readonly<Record<string, PathFacts>> = {
    '/etc': at('/etc', 'directory'),
    '/etc/passwd': at('/etc/passwd', 'file'),
    '/etc/../etc/passwd': at('/etc/passwd', 'file'),
    '/etc/passwd\0': at('/etc/passwd', 'file'),
    '/etc/group': at('/etc/group', 'file'),
    '/etc/*.conf': at('/etc/*.conf', 'absent'),
    '/etc/later': at('/etc/later', 'absent'),
    '/usr/bin/runc': {
      ...at('/usr/bin/runc', 'symlink'),
      target: { kind: 'file', place: absolutePath('/usr/sbin/runc') },
    },
    '/run/containerd/containerd.sock': {
      ...at('/run/containerd/containerd.sock', 'other'),
      missingAtBoot: '/run/containerd is made anew by a service after the rules are loaded',
    },
  };
  return {
    paths: new Map(Object.entries(facts)),
    users: new Map([['root', 0]]),
    groups: new Map([['root', 0]]),
    machine: 'x86_64',
    version,
  };
}

/** What augenrules of `dialect` makes of files, by name; that of no name is the merged file. */
export function mergedFacts(
  files: Readonly<Record<string, string>>,
  dialect: Dialect,
  world: World,
): Pick<Facts, 'mechanism' | 'persistent' | 'world'> {
  const mechanism: Facts['mechanism'] = {
    kind: 'augenrules',
    rulesDirectory: DIRECTORY,
    merged: MERGED,
    dialect,
    load: [absolutePath('/usr/sbin/augenrules'), '--load'],
    runBy: 'auditd.service',
  };
  const kept = { mode: 0o640, uid: 0, gid: 0, mtime: new Date(0) };
  const sources = Object.entries(files).flatMap(([name, text]) =>
    name === ''
      ? []
      : [{ path: join(DIRECTORY, name), text, image: { bytes: encode(text), ...kept } }],
  );
  return { mechanism, persistent: persistentOf(mechanism, sources, files[''], world), world };
}

/** The flaws of an example. */
function lintExample({ rules, version = [3, 0, 9], uid = 0 }: Example): readonly Flaw[] {
  const world = worldOf(version);
  if (typeof rules === 'string')
    return findFlaws(fileScript({ path: MINE, text: rules, image: { uid, mode: 0o640 } }, world));
  const dialect: Dialect = { awk: 'mawk', ls: 'coreutils', version };
  // Of a name with a space augenrules reads nothing.
  const read = Object.entries(rules).filter(([name]) => !name.includes(' '));
  const facts = mergedFacts(Object.fromEntries(read), dialect, world);
  return findFlaws(hostScript(facts, Object.keys(rules)));
}

const SEVERITIES = {
  refused: 'does not load',
  misread: 'loads, and does not do what it says',
  hint: 'hint',
} as const;

/** The part of the page that is made of {@link EXAMPLES}. */
export function lintPage(): readonly string[] {
  return Object.entries(EXAMPLES).flatMap(([kind, example]) => {
    const flaw = lintExample(example).find((one) => one.kind === kind);
    if (flaw === undefined) throw new Error(`the example of ${kind} has no such flaw`);
    const { file, line, column } = flaw.at;
    return [
      `### ${example.title}`,
      '',
      '```',
      ...shownOf(example),
      '```',
      '',
      `\`${file}:${line}:${column}:\` **${SEVERITIES[flaw.severity]}** \`[${kind}]\``,
      '',
      `${sentence(flaw.what)} *Mend:* ${flaw.mend}.`,
      '',
    ];
  });
}

function shownOf({ rules, shown }: Example): readonly string[] {
  if (shown !== undefined) return [shown];
  if (typeof rules === 'string') return [rules.trimEnd()];
  return Object.entries(rules).map(([name, text]) => `# ${name}\n${text.trimEnd()}`);
}

function sentence(text: string): string {
  const isName = /^(?:auditctl|augenrules) /.test(text);
  const first = text.slice(0, 1);
  return `${isName ? first : first.toUpperCase()}${printable(text.slice(1))}.`.replaceAll(
    /[*_]/g,
    '\\$&',
  );
}
