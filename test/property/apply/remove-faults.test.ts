/** Whatever effect of `remove` fails, the host is as before it or as after it, and is told so. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EACH, faulty, type Fault } from '../../support/faults.ts';
import { dockaudit } from '../../support/golden.ts';
import { listedOn, practised, type, type Practised } from '../../support/hosts.ts';

const REMOVE = ['remove', '--yes', '--format', 'json'];

async function begun(scenario: string): Promise<Practised> {
  const made = await practised(scenario);
  await dockaudit(made.host, ['--yes', '--format', 'json']);
  return made;
}

function isOurs(line: string): boolean {
  return line.endsWith('-k docker');
}

/** Every byte below /etc/audit, and the kernel's table. */
async function standing({ host, root }: Practised): Promise<readonly unknown[]> {
  const audit = join(root, 'etc/audit');
  const files = readdirSync(audit, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'utf8')]);
  return [Object.fromEntries(files), await listedOn(host)];
}

describe.each(['fresh', 'kernel-only-rules'])('on the host %s', (scenario) => {
  it.each<[Fault, readonly number[]]>([
    ['before', [1, 4]],
    ['interrupt', [130]],
  ])('is before or after, whatever effect fails: %s', async (fault, exits) => {
    using whole = await begun(scenario);
    const before = await standing(whole);
    const { host, effects } = faulty(whole.host, 'before', 0);
    expect((await dockaudit(host, REMOVE)).exit).toBe(0);
    const after = await standing(whole);
    expect(effects.length).toBeGreaterThan(8);
    for (let at = 1; at <= effects.length; at += EACH) {
      using made = await begun(scenario);
      const broken = faulty(made.host, fault, at);
      const ended = await dockaudit(broken.host, REMOVE, broken.signal);
      const what = `${fault} '${effects[at - 1]}' (${at}), exit ${ended.exit}`;
      expect([0, ...exits], what).toContain(ended.exit);
      expect(await standing(made), what).toEqual(ended.exit === 0 ? after : before);
    }
  });
});

describe('where others have typed rules behind ours, of which only a listing tells', () => {
  it('none of theirs is touched, whatever effect fails, and all of ours come back', async () => {
    const typed = ['-w /etc/group -p wa -k one', '-w /etc/hostname -p wa -k two'];
    const host = async (): Promise<Practised> => {
      const made = await begun('kernel-only-rules');
      for (const rule of typed) await type(made.host, `/sbin/auditctl ${rule}`);
      return made;
    };
    using whole = await host();
    const before = await listedOn(whole.host);
    const { host: watched, effects } = faulty(whole.host, 'before', 0);
    expect((await dockaudit(watched, REMOVE)).exit).toBe(0);
    const after = await listedOn(whole.host);
    expect(after.slice(-2)).toEqual(typed);
    for (let at = 1; at <= effects.length; at += EACH) {
      using made = await host();
      const ended = await dockaudit(faulty(made.host, 'before', at).host, REMOVE);
      const what = `'${effects[at - 1]}' (${at}), exit ${ended.exit}`;
      expect([0, 1, 4], what).toContain(ended.exit);
      const now = await listedOn(made.host);
      expect(
        now.filter((line) => !isOurs(line)),
        what,
      ).toEqual(after);
      const wanted = ended.exit === 0 ? after : before;
      expect(now.toSorted(), what).toEqual(wanted.toSorted());
    }
  });
});
