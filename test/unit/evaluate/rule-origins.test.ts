/** Each running rule with its line, each line with its fate. Source: measured facts, sections 1, 2 and 8. */

import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { discover } from '../../../src/discover/discover.ts';
import { traceRules, type RuleOrigins } from '../../../src/evaluate/rule-origins.ts';
import type { Origin } from '../../../src/audit/rule.ts';
import { practised, type, type Practised } from '../../support/hosts.ts';

const SITE = '/etc/audit/rules.d/20-site.rules';

function write({ root }: Practised, lines: readonly string[], path = SITE): void {
  writeFileSync(`${root}${path}`, lines.map((line) => `${line}\n`).join(''));
}

async function traced(made: Practised): Promise<RuleOrigins> {
  return traceRules(await discover(made.host, [], { live: true, includeAbsent: false }));
}

function word(origin: Origin | undefined): string {
  return origin?.kind === 'file' ? `${origin.file}:${origin.line}` : 'nowhere';
}

/** The fate of each line of the site's file. */
function fates({ persistent }: RuleOrigins): readonly string[] {
  return persistent
    .filter(({ origin }) => word(origin).startsWith(SITE))
    .map(({ text, loaded, reason }) => `${text}: ${loaded ? 'loaded' : (reason ?? '?')}`);
}

describe('a running rule', () => {
  it('is mapped to the line that a person wrote, or is the kernel only', async () => {
    using made = await practised();
    write(made, ['# ours', '-w /etc/hostname -p wa -k site']);
    await type(made.host, '/usr/sbin/augenrules --load');
    await type(made.host, '/sbin/auditctl -w /etc/hosts -p wa -k typed');
    const { running } = await traced(made);
    expect(running.map(({ text, source }) => [text, word(source)])).toEqual([
      ['-w /etc/hostname -p wa -k site', `${SITE}:2`],
      ['-w /etc/hosts -p wa -k typed', 'nowhere'],
    ]);
  });

  it('is mapped to what augenrules wrote last, where no source holds it by now', async () => {
    using made = await practised();
    write(made, ['-w /etc/hostname -p wa -k site']);
    await type(made.host, '/usr/sbin/augenrules --load');
    write(made, ['-w /etc/hosts -p wa -k site']);
    const { running } = await traced(made);
    // Header, -D, -b and -f come first, each a line.
    expect(running.map(({ source }) => word(source))).toEqual(['/etc/audit/audit.rules:5']);
  });
});

describe('a line of the files', () => {
  it('is loaded, refused, or left unread behind one that is refused', async () => {
    using made = await practised();
    write(made, ['-w /etc/hostname -p wa -k a', '-w /no/such/place/x -k b', '-w /etc/hosts -k c']);
    await type(made.host, '/usr/sbin/augenrules --load');
    expect(fates(await traced(made))).toEqual([
      '-w /etc/hostname -p wa -k a: loaded',
      '-w /no/such/place/x -k b: it does not load: Error sending add rule data request (No such file or directory)',
      `-w /etc/hosts -k c: ${SITE}:2 stops the load before it`,
    ]);
  });

  it('is taken out by a later one', async () => {
    using made = await practised();
    write(made, ['-w /etc/hostname -p wa -k a', '-W /etc/hostname -p wa -k a']);
    await type(made.host, '/usr/sbin/augenrules --load');
    expect(fates(await traced(made))).toEqual([
      '-w /etc/hostname -p wa -k a: a later line takes it out again',
    ]);
  });

  it('waits for augenrules', async () => {
    using made = await practised();
    write(made, ['-w /etc/hostname -p wa -k a']);
    expect(fates(await traced(made))).toEqual([
      '-w /etc/hostname -p wa -k a: augenrules was not run since the files changed',
    ]);
  });

  it('was dropped by the kernel, or taken out by hand', async () => {
    using made = await practised();
    write(made, ['-w /etc/hostname -p wa -k a']);
    await type(made.host, '/usr/sbin/augenrules --load');
    await type(made.host, '/sbin/auditctl -W /etc/hostname -p wa -k a');
    expect(fates(await traced(made))).toEqual([
      '-w /etc/hostname -p wa -k a: it was not loaded since it was written, or the kernel dropped it with its directory',
    ]);
  });
});
