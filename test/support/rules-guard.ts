/**
 * The one guard before every live load: it refuses rules whose raw bytes could set what a test must
 * not, or cannot take back: `-e 2`, `-f 2`, `--loginuid-immutable`, odd `-b` and `-r`. It reads
 * bytes and not rules, and rather refuses too much. Source: getopt_long(3), auditctl 3.0.9.
 */

/** fgets of auditctl takes so many; what is left of the line is read as the next one. */
const LINE_BYTES = 6143;

/** Directives that a test may give, spelled out: the option, one blank or more, this value. */
const HARMLESS: ReadonlyMap<string, (value: number) => boolean> = new Map([
  ['-e', (value: number) => value <= 1],
  ['-f', (value: number) => value <= 1],
  ['-b', (value: number) => value >= 64 && value <= 65_536],
  ['-r', (value: number) => value <= 1000],
  ['--backlog_wait_time', (value: number) => value <= 60_000],
]);

/**
 * A dash where a word could begin, after anything but plain ASCII, that leads to `-e`, `-f`, `-r`,
 * `-b` or `-R` before an option that takes the rest of the word, or to any long option.
 */
const SUSPECT = /(?:^|[^\x21-\x7e]|\\)-(?:-|[^\sCaAdSFmWwkpq]*[efrbR])/;

/** The same anywhere: where a line may be cut, any byte may begin one. */
const SUSPECT_ANYWHERE = /-(?:-|[^\sCaAdSFmWwkpq]*[efrbR])/;

/** @throws Error which names the file and line */
export function refuseDangerous(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    const text = Buffer.from(content).toString('latin1');
    if (text !== '' && !text.endsWith('\n'))
      refuse(path, 'its last line would be glued to another');
    refuseDangerousFile(path, content);
  }
}

/** One file that is loaded alone, so that nothing follows its last line. @throws Error */
export function refuseDangerousFile(path: string, content: string | Uint8Array): void {
  const text = Buffer.from(content).toString('latin1');
  if (!/^(?:.*\/)?[\w.-]+$/.test(path)) refuse(path, 'its name has unusual characters');
  for (const [index, line] of text.split('\n').entries()) {
    const danger = dangerIn(line);
    if (danger !== undefined) refuse(`${path}:${index + 1}`, danger);
  }
}

/** The same for one command line of auditctl. @throws Error */
export function refuseArguments(args: readonly string[]): void {
  refuseDangerous({ arguments: `${args.join(' ').replaceAll('\n', ' ')}\n` });
}

function refuse(where: string, why: string): never {
  throw new Error(`the guard refuses ${where}: ${why}`);
}

function dangerIn(line: string): string | undefined {
  if (line.length >= LINE_BYTES || line.includes('\0')) {
    return SUSPECT_ANYWHERE.test(line)
      ? 'auditctl would cut it, and a part could set what cannot be undone'
      : undefined;
  }
  if (/^ *#/.test(line)) return undefined;
  const rest = withoutHarmless(line.split(' ')).join(' ');
  return SUSPECT.test(rest)
    ? `'${JSON.stringify(rest)}' could set what cannot be undone`
    : undefined;
}

function withoutHarmless(words: readonly string[]): readonly string[] {
  const present = words.filter((word) => word !== '');
  return present.filter(
    (word, index) => !isHarmless(word, present[index + 1]) && !isHarmless(present[index - 1], word),
  );
}

function isHarmless(word = '', value = ''): boolean {
  return /^\d{1,5}$/.test(value) && HARMLESS.get(word)?.(Number(value)) === true;
}

/** Texts that the guard has to refuse, by what is wrong with them. */
export const DANGERS: Readonly<Record<string, string>> = {
  'the kernel made immutable': '-D\n-e 2\n',
  'many blanks': '-e    2\n',
  'blanks before it': '  -e 2\n',
  'a value attached': '-e2\n',
  'a value attached that is none': '-e0x2\n',
  'a leading zero': '-e 02\n',
  'a tab between': '-e\t2\n',
  'a tab before it': '\t-e 2\n',
  'a comment that a tab makes a rule': '\t# -e 2\n',
  'a carriage return before it': '\r-e 2\n',
  'a form feed before it': '-D \f-e 2\n',
  'after another directive': '-b 8192 -e 2\n',
  'after a harmless twin': '-e 1 -e 2\n',
  'after a rule': '-w /etc/hosts -p wa -k hosts -e 2\n',
  'in one word with others': '-ie2\n',
  'in one word with others, apart': '-Dse 2\n',
  'an escaped blank': '-w /x\\ -e 2\n',
  'behind a byte order mark': '\u{feff}-e 2\n',
  'behind a byte that is no text': 'é-e 2\n',
  'behind a NUL': '-D\0-e 2\n',
  'a word that augenrules takes for a directive': '-exclude\n',
  'a panic on lost events': '-f 2\n',
  'a panic, attached': '-f2\n',
  'a panic after a panic': '-f -f 2\n',
  'login ids for ever': '--loginuid-immutable\n',
  'login ids by a shorter name': '--loginuid-imm\n',
  'login ids by the shortest name': '--l\n',
  'login ids after a rule': '-w /etc/hosts -k hosts --login\n',
  'another long option': '--reset-lost\n',
  'a long option with its value attached': '--backlog_wait_time=60000\n',
  'the end of options': '--\n',
  'a tiny backlog': '-b 1\n',
  'a huge backlog': '-b 999999999\n',
  'a backlog below nothing': '-b -1\n',
  'a huge rate': '-r 99999\n',
  'an attached rate': '-r100\n',
  'other rules': '-R /tmp/other.rules\n',
  'a line that is read as two': `#${'x'.repeat(6142)}-e 2\n`,
  'a line that is read as three': `#${'x'.repeat(12_285)}-e 2\n`,
  'a directive that the cut may halve': `#${'x'.repeat(6141)}-e 2\n`,
  'a directive within a long comment': `# -f 2 ${'x'.repeat(6142)}\n`,
  'a harmless directive on a long line': `-e 1${' '.repeat(6142)}\n`,
  'a long option on a long line': `-w /${'x'.repeat(6142)}--login\n`,
  'a comment behind a NUL': '\0# -e 2\n',
  'a comment with a NUL': '# -e\0 2\n',
};

/** Whether the guard lets it through, as a file that is loaded alone. */
export function isSafe(content: string | Uint8Array): boolean {
  try {
    refuseDangerousFile('some.rules', content);
    return true;
  } catch {
    return false;
  }
}

/** A guard that sleeps is worse than none. @throws Error */
export function requireWatchfulGuard(): void {
  for (const [what, text] of Object.entries(DANGERS))
    if (isSafe(text)) throw new Error(`the guard lets through: ${what}`);
}
