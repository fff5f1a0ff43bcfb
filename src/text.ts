/**
 * Bytes of a host as text and back without loss, text made safe for a terminal, counts in words.
 * Bytes that are no UTF-8 become lone surrogates U+DC80–U+DCFF, as in Python's PEP 383.
 */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Text of `bytes`; {@link encode} gives back exactly these bytes. */
export function decode(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeLossless(bytes);
  }
}

/** The bytes that `text` stands for. */
export function encode(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(text)) return encoder.encode(text);
  const parts = text.split(/((?<![\ud800-\udbff])[\udc80-\udcff])/);
  return Buffer.concat(
    parts.map((part, index) =>
      index % 2 === 0 ? encoder.encode(part) : Uint8Array.of(part.charCodeAt(0) & 0xff),
    ),
  );
}

/** How many bytes `text` has on disk. */
export function byteLength(text: string): number {
  let wide = 0;
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) wide++;
  return wide === 0 ? text.length : encode(text).length;
}

/** Whether `text` has more than `bytes` on disk; of what is short, without counting. */
export function isLonger(text: string, bytes: number): boolean {
  // A UTF-16 unit stands for three bytes at most.
  return text.length * 3 > bytes && byteLength(text) > bytes;
}

/**
 * `text` on one line and harmless on a terminal: control characters, line separators, bidirectional
 * overrides and stray bytes are shown as `\x1b`, `\u202e`.
 */
export function printable(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex -- finding control characters is the point
    /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])/g,
    escaped,
  );
}

/** `1 rule`, `2 rules`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  const byte = code >= 0xdc80 && code <= 0xdcff ? code & 0xff : code;
  return byte <= 0xff
    ? `\\x${byte.toString(16).padStart(2, '0')}`
    : `\\u${byte.toString(16).padStart(4, '0')}`;
}

function decodeLossless(bytes: Uint8Array): string {
  const parts: string[] = [];
  let valid = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      if (at > valid) parts.push(strict.decode(bytes.subarray(valid, at)));
      parts.push(String.fromCharCode(0xdc00 + (bytes[at] ?? 0)));
      valid = at + 1;
    }
    at += Math.max(length, 1);
  }
  parts.push(strict.decode(bytes.subarray(valid)));
  return parts.join('');
}

/**
 * Length of the valid UTF-8 sequence at `at`, or 0. To try and catch would take minutes for what a
 * file of 16 MiB may hold. Source: RFC 3629, section 4.
 */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const [least, most] = SECOND.get(first) ?? [0x80, 0xbf];
  for (let next = 1; next < length; next++) {
    const byte = bytes[at + next] ?? 0;
    const isFitting = next === 1 ? byte >= least && byte <= most : byte >= 0x80 && byte <= 0xbf;
    if (!isFitting) return 0;
  }
  return length;
}

/** Where the second byte may not be any: neither overlong, nor a surrogate, nor past U+10FFFF. */
const SECOND: ReadonlyMap<number, readonly [least: number, most: number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);
