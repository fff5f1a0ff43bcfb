/** Integers as C reads them from text. Source: strtol and strtoul with base 0, glibc. */

const NUMBER = /^[+-]?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)/;
/** Below it, strtol gives it back, whose lower bits are zero. */
const SMALLEST = -(2n ** 63n);
const LARGEST = { signed: 2n ** 63n - 1n, unsigned: 2n ** 64n - 1n } as const;

/** The lower 32 bits, unsigned, of the number that `text` begins with; 0 if it begins with none. */
export function integerOf(text: string, kind: 'signed' | 'unsigned'): number {
  const value = wide(text);
  if (value < SMALLEST) return 0;
  return Number(BigInt.asUintN(32, value > LARGEST[kind] ? LARGEST[kind] : value));
}

/** Whether strtoul would set errno. */
export function isOutOfRange(text: string): boolean {
  return wide(text) > LARGEST.unsigned;
}

function wide(text: string): bigint {
  const [number = '0'] = NUMBER.exec(text) ?? [];
  const digits = number.replace(/^[+-]/, '');
  const value = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return number.startsWith('-') ? -value : value;
}
