import { describe, expect, it } from 'vitest';

import type { Finding } from '../../../src/evaluate/finding.ts';
import { explain } from '../../../src/report/explain.ts';
import { DAEMON, facts, failing, HOSTILE, passing, plain } from './situations.ts';

function sectionOf(text: string, title: string): string | undefined {
  return text
    .split('\n\n')
    .find((part) => part.startsWith(`${title}\n`))
    ?.slice(title.length + 1);
}

function procedureOf(finding: Finding): string | undefined {
  return sectionOf(explain(DAEMON, finding, facts, plain), "The book's own procedure");
}

describe('an explained control', () => {
  const text = explain(DAEMON, failing, facts, plain);

  it('has every section of the book, in our order', () => {
    expect(text.split('\n\n').map((part) => part.split('\n')[0])).toEqual([
      '1.2.3  The Docker daemon is audited',
      'What it asks',
      'Why',
      'Impact',
      'Default',
      'How this host stands',
      "The book's own procedure",
      "The book's remediation",
      'References',
      'In other scanners',
    ]);
  });

  it('says what the log of this host does when it grows', () => {
    expect(sectionOf(text, 'Impact')).toBe(
      [
        '  Audit logs grow.',
        '  On this host:',
        '    its watch  nothing measurable for other work; each access that it records is',
        '               one event',
        '    an event   about 0.042 ms and 1.1 KB of log, in 6 records',
        '    log        /var/log/audit/audit.log: 5 files of 8 MiB, 40 MiB in all (about',
        '               38,000 events); then the oldest is overwritten',
        '    room       12.0 GiB of 20.0 GiB free (about 12,000,000 events);',
        '               /var/log/audit/ shares its file system with other files',
        '    low room   below 75 MiB auditd warns in syslog; below 50 MiB auditd records',
        '               nothing until it is told to resume',
        '    full disk  auditd records nothing until it is told to resume; after an error',
        '               of the disk, too',
      ].join('\n'),
    );
  });

  it('names its references and its place in the CIS Controls', () => {
    expect(sectionOf(text, 'References')).toBe(
      [
        '  https://example.org/audit',
        '  CIS Controls 7, 6.2: Activate audit logging. Logging is switched on.',
      ].join('\n'),
    );
  });
});

describe("the book's own procedure", () => {
  it('agrees', () => {
    expect(procedureOf(failing)).toBe(
      [
        '  List the rules and look for the daemon.',
        '  auditctl -l | grep /usr/bin/dockerd',
        '    (prints nothing)',
        '  Exit status 1: by the book, fail.',
        '  Our verdict agrees: fail.',
      ].join('\n'),
    );
  });

  it('is too kind: it sees text, and no meaning', () => {
    const output = '-a never,exit -F path=/usr/bin/dockerd';
    const kind = { command: 'auditctl -l', output, exit: 0, verdict: 'pass' } as const;
    expect(procedureOf({ ...failing, procedure: kind, dissent: 'the rule says never' })).toContain(
      `    ${output}\n  Exit status 0: by the book, pass.\n  Our verdict is fail, and it is the one`,
    );
  });

  it('is too strict: it looks for one spelling', () => {
    const dissent = 'the command looks for one spelling, and the rule has another';
    expect(
      procedureOf({ ...passing, dissent })
        ?.split('\n')
        .slice(-2),
    ).toEqual([
      '  Our verdict is pass, and it is the one to trust: the command looks for one',
      '  spelling, and the rule has another.',
    ]);
  });

  it('was not asked', () => {
    expect(procedureOf({ ...failing, procedure: undefined })).toMatch(
      /It was not asked on this host\.$/,
    );
  });

  it('never brings what a host says to the terminal raw', () => {
    const procedure = { command: HOSTILE, output: HOSTILE, exit: 0, verdict: 'pass' } as const;
    // oxlint-disable-next-line no-control-regex -- finding control characters is the point
    expect(procedureOf({ ...failing, procedure })).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });
});
