/**
 * The 28 situations on which today's scanners were compared, both controls each: 56 verdicts.
 * The expected ones were written by hand before this tool was; test/corpus/situations.json.
 */

import { describe, expect, it } from 'vitest';
import { dockaudit, goldenHost, readReport } from '../support/golden.ts';
import { listedOn } from '../support/hosts.ts';
import { manifestOf, situations } from '../support/situations.ts';

describe.each(situations)('$id: $situation', (wanted) => {
  it('is listed as the comparison had it', async () => {
    using made = await goldenHost(manifestOf(wanted));
    // A kernel lists by list, exit before exclude, in whatever order the comparison wrote them.
    const listed = (await listedOn(made.host)).toSorted();
    // Of a refusal there is no listing: that one was put into auditctl's mouth.
    expect(wanted.listingExit === 0 ? listed : []).toEqual(wanted.listing.toSorted());
  });

  it.each(Object.entries(wanted.expected))('%s is %s', async (control, verdict) => {
    using made = await goldenHost(manifestOf(wanted));
    const { findings } = readReport(await dockaudit(made.host, ['check', '--format', 'json']));
    const found = findings.find((one) => one.control === control);
    expect(found?.verdict, found?.reason).toBe(verdict);
  });
});

it('are 28 and 56', () => {
  expect(situations).toHaveLength(28);
  expect(situations.flatMap(({ expected }) => Object.keys(expected))).toHaveLength(56);
});
