/**
 * Two programs of a few bytes each, made without a compiler: one that ends at once, and one that does
 * a single system call on a path by the 32-bit interface. Source: elf(5), i386 and x86-64 ABI.
 */

const BASE = 0x0804_8000;
const HEADERS = { i386: 52 + 32, x86_64: 64 + 56 } as const;

/** A 64-bit program that exits with 0. */
export function idleProgram(): Uint8Array {
  // xor edi, edi; mov eax, 60; syscall
  const code = Uint8Array.of(0x31, 0xff, 0xb8, 60, 0, 0, 0, 0x0f, 0x05);
  const header = Buffer.alloc(HEADERS.x86_64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(62, 18);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(BASE + HEADERS.x86_64), 24);
  header.writeBigUInt64LE(64n, 32);
  for (const [value, at] of [
    [64, 52],
    [56, 54],
    [1, 56],
  ] as const)
    header.writeUInt16LE(value, at);
  const size = BigInt(HEADERS.x86_64 + code.length);
  header.writeUInt32LE(1, 64);
  header.writeUInt32LE(5, 68);
  for (const [value, at] of [
    [BigInt(BASE), 80],
    [BigInt(BASE), 88],
    [size, 96],
    [size, 104],
    [0x1000n, 112],
  ] as const)
    header.writeBigUInt64LE(value, at);
  return Buffer.concat([header, code]);
}

/** A 32-bit program that does the call `number` with `path` and one more argument, and exits with 0. */
export function callingProgram(number: number, path: string, second: number): Uint8Array {
  const text = Buffer.from(`${path}\0`);
  const length = 29;
  const code = Buffer.concat([
    load(0xb8, number),
    load(0xbb, BASE + HEADERS.i386 + length),
    load(0xb9, second),
    load(0xba, 0),
    // int 0x80; mov al, 1 (exit); ebx = 0; int 0x80
    Uint8Array.of(0xcd, 0x80, 0x31, 0xc0, 0x40, 0x31, 0xdb, 0xcd, 0x80),
  ]);
  const header = Buffer.alloc(HEADERS.i386);
  header.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  for (const [value, at] of [
    [2, 16],
    [3, 18],
    [52, 40],
    [32, 42],
    [1, 44],
  ] as const)
    header.writeUInt16LE(value, at);
  const size = HEADERS.i386 + code.length + text.length;
  for (const [value, at] of [
    [1, 20],
    [BASE + HEADERS.i386, 24],
    [52, 28],
    [1, 52],
    [BASE, 60],
    [BASE, 64],
    [size, 68],
    [size, 72],
    [5, 76],
    [0x1000, 80],
  ] as const)
    header.writeUInt32LE(value, at);
  return Buffer.concat([header, code, text]);
}

/** `mov register, value`. */
function load(opcode: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(5);
  bytes[0] = opcode;
  bytes.writeUInt32LE(value, 1);
  return bytes;
}
