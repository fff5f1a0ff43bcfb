/** What `--redact` hides, and what has to stay. */

import { describe, expect, it } from 'vitest';
import { redacted, redaction } from '../../../src/dossier/redact.ts';
import type { Secrets } from '../../../src/dossier/secrets.ts';
import { decode, encode } from '../../../src/text.ts';

const KEPT = ['/usr/bin/dockerd', '/etc/docker', '/etc/audit'];

const secrets: Secrets = {
  isKept: (path) =>
    KEPT.some((one) => `${path}/`.startsWith(`${one}/`) || `${one}/`.startsWith(`${path}/`)),
  paths: new Set(['/srv/acme', '/opt/x/y', '/srv/with space']),
  homes: new Set(['/home/alice', '/home/john.doe']),
  names: new Set(['alice', 'john.doe', 'docker']),
  ambiguous: new Set(['docker']),
};

function redact(text: string): string {
  return redaction(secrets, (comment) => comment === '# 1.2.3: ours')(text);
}

describe('redaction', () => {
  it('takes a line of a journal that was cut off as text', () => {
    const bytes = encode('{"a":"/srv/acme"}\n{"b":"/srv/acme');
    const shown = decode(redacted({ path: 'journal.jsonl', bytes }, redact).bytes);
    expect(shown).toBe('{"a":"/redacted/path-1"}\n{"b":"/redacted/path-1');
  });

  it.each([
    ['-w /srv/acme -p wa -k acme', '-w /redacted/path-1 -p wa -k acme'],
    ['/srv/acme/deep/er.txt', '/redacted/path-1/…'],
    ['/srv/acmes and /a/srv/acme', '/srv/acmes and /a/srv/acme'],
    [
      "the rule '/srv/acme', then /srv/acme.",
      "the rule '/redacted/path-1', then /redacted/path-1.",
    ],
    ['/srv/acme:12: refused', '/redacted/path-1:12: refused'],
    ['-w /srv/with space -p r', '-w /redacted/path-1 -p r'],
    ['-F auid=alice -F uid!=docker', '-F auid=user-1 -F uid!=user-2'],
    ['AUID="alice" UID="root" acct="john.doe"', 'AUID="user-1" UID="root" acct="user-2"'],
    ['proctitle=2F686F6D65 pid=1234', 'proctitle=hidden pid=1234'],
    ['/home/alice/.ssh', '/redacted/home-1/…'],
    ['/home/john.doe', '/redacted/home-1'],
    ['key-alice, john.doe, malice', 'key-user-1, user-2, malice'],
    ['/usr/local/alice/bin', '/usr/local/user-1/bin'],
    [
      '# call alice, 555\n# 1.2.3: ours\n+# secret',
      '# (a comment of others)\n# 1.2.3: ours\n+# (a comment of others)',
    ],
  ])('%s', (text, shown) => {
    expect(redact(text)).toBe(shown);
  });

  it.each([
    '-w /usr/bin/dockerd -p rwxa -k docker',
    '-w /etc/docker -p rwxa -k docker',
    '-w /etc -p wa',
    'docker.service of 1000 rules',
    '--- a/etc/audit/rules.d/10.rules',
  ])('leaves %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('gives one secret one token, wherever it stands', () => {
    const one = redaction(secrets, () => true);
    expect([one('/opt/x/y /srv/acme'), one('/srv/acme /opt/x/y')]).toEqual([
      '/redacted/path-1 /redacted/path-2',
      '/redacted/path-2 /redacted/path-1',
    ]);
  });

  it('keeps the shape of JSON, whose words programs read', () => {
    const json = { kind: 'alice', '/srv/acme': ['by alice', 3, null], time: { at: 'alice' } };
    const file = { path: 'report.json', bytes: encode(JSON.stringify(json)) };
    expect(JSON.parse(decode(redacted(file, redact).bytes))).toEqual({
      kind: 'alice',
      '/redacted/path-1': ['by user-1', 3, null],
      time: { at: 'user-1' },
    });
  });

  it('keeps each line of a journal a line', () => {
    const bytes = encode('{"a":"/srv/acme"}\n{"b":"\\n# alice"}\n');
    const shown = decode(redacted({ path: 'journal.jsonl', bytes }, redact).bytes);
    expect(shown.split('\n')).toEqual([
      '{"a":"/redacted/path-1"}',
      String.raw`{"b":"\n# (a comment of others)"}`,
      '',
    ]);
  });
});
