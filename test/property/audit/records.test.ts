/** A log may hold anything: it is read to its end, and what the kernel encoded comes back as it was. */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { actOf } from '../../../src/audit/act.ts';
import { announcementOf } from '../../../src/audit/announcement.ts';
import { parseRecord, stringOf } from '../../../src/audit/record.ts';
import { decode, encode } from '../../../src/text.ts';
import { eventsOf, logText } from '../../support/logs.ts';

const lines = logText('enriched').split('\n');

/** A line of a true log that somebody spoilt: cut, and bytes put in. */
const spoilt = fc
  .tuple(fc.constantFrom(...lines), fc.nat(600), fc.nat(40), fc.uint8Array({ maxLength: 8 }))
  .map(([line, at, length, bytes]) =>
    Buffer.concat([
      Buffer.from(line.slice(0, at)),
      bytes,
      Buffer.from(line.slice(at + length)),
      Buffer.from('\n'),
    ]),
  );

test('no bytes stop it, and no event is told of a line that is none', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.uint8Array({ maxLength: 200 }), spoilt), { maxLength: 30 }),
      (pieces) => {
        const events = eventsOf(Buffer.concat(pieces));
        for (const { call, records } of events) {
          announcementOf(records);
          if (call) actOf(call);
        }
        const told = events.flatMap(({ records }) => records.map(({ text }) => text));
        const all = decode(Buffer.concat(pieces)).split('\n');
        expect(all).toEqual(expect.arrayContaining(told));
      },
    ),
  );
});

/** As audit_log_n_untrustedstring does. Source: kernel/audit.c. */
function untrusted(bytes: Uint8Array): string {
  const isPlain = bytes.every((byte) => byte > 0x20 && byte < 0x7f && byte !== 0x22);
  return isPlain
    ? `"${Buffer.from(bytes).toString('latin1')}"`
    : Buffer.from(bytes).toString('hex').toUpperCase();
}

test('a name comes back byte for byte, however the kernel had to write it', () => {
  const name = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 60 }),
    fc.string({ minLength: 1, unit: 'binary' }).map((text) => encode(text)),
  );
  fc.assert(
    fc.property(name, (bytes) => {
      const line = `type=PATH msg=audit(1.000:2): item=0 name=${untrusted(bytes)} inode=3`;
      const { fields } = parseRecord(line) ?? {};
      const read = Buffer.from(encode(stringOf(fields?.get('name')) ?? ''));
      expect(read.equals(bytes)).toBe(true);
      expect(fields?.get('inode')).toBe('3');
    }),
  );
});
