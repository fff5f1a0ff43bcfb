/** What a person can do about a line that auditctl refuses. */

const MENDS: readonly (readonly [RegExp, string])[] = [
  [/\(Rule exists\)/, 'remove the line: the same rule is loaded before it'],
  [
    /delete rule .*\(No such file/,
    'remove the line: there is no such rule to delete at that point',
  ],
  [
    /\(No such file or directory\)/,
    'create the directory that the rule names, or remove the line: nothing is there to watch',
  ],
  [/\(Not a directory\)/, 'name a directory, without a slash at the end if it is a file'],
  [/\(Invalid argument\)/, 'correct the fields: the kernel does not take them together'],
  [/\(File name too long\)|too big|too long|size limit/, 'shorten it'],
  [/\(Operation not permitted\)/, 'move the line before `-e 2`: nothing can change after it'],
  [/^Unknown (user|group)/, 'create that account, give its number, or remove the line'],
  [/^Syscall name unknown/, 'correct the name, or give -F arch= before it'],
  [/^parameter passed without/, 'remove the stray words; a space within a path is written `\\ `'],
  [/^The path must start/, 'give the whole path, without quotes or tabs'],
  [/^Option .* is invalid/, 'correct the option, or give it its value'],
  [/bad keyword/, 'write `-a always,exit`: list and action in lower case, joined by a comma'],
  [/^arch /, 'put -F arch= before -S, as b64 or b32'],
  [/^Multiple rule/, 'put each rule on a line of its own'],
  [/^watch option can't/, 'put each rule on a line of its own, `-w` without `-a`'],
  [/^-[FC] |only takes|can only be used|should be number/, 'correct the field'],
];

/** One short line. */
export function mendOf(reason: string): string {
  return MENDS.find(([pattern]) => pattern.test(reason))?.[1] ?? 'correct the line, or remove it';
}
