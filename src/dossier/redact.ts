/** Replaces what is secret by tokens that stay the same throughout a dossier. Pure. */

import { isAbsolutePath, parentOf } from '../paths.ts';
import { document } from '../report/json.ts';
import { decode, encode } from '../text.ts';
import type { DossierFile } from './manifest.ts';
import { USER_FIELD, type Secrets } from './secrets.ts';

/** Gives one text without what is secret; the same function has to redact a whole dossier. */
export type Redaction = (text: string) => string;

/** Characters of a path in the midst of a text: what ends a sentence or a quotation ends it. */
const PATH = String.raw`(?<![\w.-])\/[^\s"'\`:,;)(<>|]+`;
const USER = `(${USER_FIELD}[!<>]?=["']?)([A-Za-z_][\\w.$@\\\\-]*)`;
const PARTS = new RegExp(`${PATH}|${USER}|\\w+`, 'g');
/** Command lines and paths that records hold as hexadecimal digits. */
const ENCODED = /\b((?:proctitle|cwd|exe|name|comm)=)(?:[\dA-F]{2}){2,}\b/g;
const COMMENT = String.raw`^([ +-]?[ \t]*#)(.*)$`;

/** @param isOurs whether a comment, from its first `#` on, is ours */
export function redaction(secrets: Secrets, isOurs: (comment: string) => boolean): Redaction {
  const { paths, homes, names, ambiguous, isKept } = secrets;
  const tokens = new Map<string, string>();
  const token = (kind: 'path' | 'home' | 'user', secret: string): string => {
    const known = tokens.get(`${kind} ${secret}`);
    if (known !== undefined) return known;
    const count = [...tokens.keys()].filter((key) => key.startsWith(`${kind} `)).length + 1;
    const made = kind === 'user' ? `user-${count}` : `/redacted/${kind}-${count}`;
    tokens.set(`${kind} ${secret}`, made);
    return made;
  };
  const word = (text: string): string =>
    names.has(text) && !ambiguous.has(text) ? token('user', text) : text;
  const path = (text: string): string => {
    const whole = text.replace(/[./]+$/, '');
    const end = text.slice(whole.length);
    const hidden = secretAbove(whole, paths, homes);
    if (hidden === undefined) return isKept(whole) ? text : text.replace(/\w+/g, word);
    const made = token(homes.has(hidden) ? 'home' : 'path', hidden);
    return (hidden === whole ? made : `${made}/…`) + end;
  };
  const whole = new RegExp(`^${PATH}$`);
  const spaced = alternation([...paths].filter((one) => !whole.test(one)));
  const odd = alternation([...names].filter((name) => !/^\w+$/.test(name)));
  return (text) =>
    text
      .replace(new RegExp(COMMENT, 'gm'), (line, mark: string, rest: string) =>
        isOurs(`#${rest}`) ? line : `${mark} (a comment of others)`,
      )
      .replace(ENCODED, '$1hidden')
      .replace(spaced, (secret) => token('path', secret))
      .replace(PARTS, (part, field?: string, user?: string) => {
        if (field !== undefined && user !== undefined)
          return field + (names.has(user) ? token('user', user) : user);
        return part.startsWith('/') ? path(part) : word(part);
      })
      .replace(odd, word);
}

/** The secret that a path is, or lies below. */
function secretAbove(
  path: string,
  paths: ReadonlySet<string>,
  homes: ReadonlySet<string>,
): string | undefined {
  if (paths.has(path) && !homes.has(path) && !isAbsolutePath(path)) return path;
  for (let at = path; isAbsolutePath(at) && at !== '/'; at = parentOf(at))
    if (homes.has(at) || paths.has(at)) return at;
  return undefined;
}

/** Matches each of `texts`, the longest first; nothing where there are none. */
function alternation(texts: readonly string[]): RegExp {
  if (texts.length === 0) return /(?!)/g;
  const sorted = texts.toSorted((one, other) => other.length - one.length);
  const escaped = sorted.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`));
  return new RegExp(`(?<!\\w)(?:${escaped.join('|')})(?!\\w)`, 'g');
}

/** A file of a dossier without what is secret; JSON keeps its shape. */
export function redacted(file: DossierFile, redact: Redaction): DossierFile {
  const { path, origin } = file;
  const text = decode(file.bytes);
  const clean = path.endsWith('.json')
    ? `${document({ ...objectIn(text, redact) })}\n`
    : path.endsWith('.jsonl')
      ? text.replace(/.+/g, (line) => lineIn(line, redact))
      : redact(text);
  return {
    ...file,
    bytes: encode(clean),
    ...(origin && { origin: { ...origin, path: redact(origin.path) } }),
  };
}

/** A journal may end in a line that was cut off: that is text. */
function lineIn(line: string, redact: Redaction): string {
  try {
    return JSON.stringify(objectIn(line, redact));
  } catch {
    return redact(line);
  }
}

function objectIn(json: string, redact: Redaction): object {
  const value = textsIn(JSON.parse(json), redact);
  return typeof value === 'object' && value !== null ? value : {};
}

/** Values of these are words of ours that programs read. */
const OUR_WORDS = /^(?:kind|state|verdict|assessment|basis|class|init|outcome|action|list|slug)$/;

/** Every text in a value of JSON, names of members that are paths included. */
function textsIn(value: unknown, redact: Redaction, name = ''): unknown {
  if (typeof value === 'string') return OUR_WORDS.test(name) ? value : redact(value);
  if (Array.isArray(value)) return value.map((one: unknown) => textsIn(one, redact, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]: [string, unknown]) => [
      key.startsWith('/') ? redact(key) : key,
      textsIn(one, redact, key),
    ]),
  );
}
