/** Brings a finished report to where it was asked for: stdout, or a file on this machine. */

import { UsageFailure } from '../errors.ts';
import type { Entry } from '../host/host.ts';
import { isWithin, join, parentOf, type AbsolutePath } from '../paths.ts';
import type { Report } from '../report/report.ts';
import { describeReport } from '../report/text.ts';
import type { Style } from '../terminal/terminal.ts';
import { encode } from '../text.ts';
import type { Context } from './context.ts';
import { givenPath } from './given-path.ts';

/** A file has no colours and no screen to fit. */
const IN_A_FILE: Style = { width: 100, colour: false, unicode: true };

/** @throws HostFailure if --output cannot be written */
export async function deliver(context: Context, report: Report): Promise<void> {
  if (context.options.format === 'json') {
    const { reportJson } = await import('../report/json.ts');
    const document = await reportJson(report);
    return deliverText(context, () => document);
  }
  return deliverText(context, (style) => describeReport(report, style));
}

/** The same for any text, drawn for where it goes. @throws HostFailure */
export async function deliverText(
  context: Context,
  draw: (style: Style) => string | Promise<string>,
): Promise<void> {
  const { options, terminal, here } = context;
  if (options.output === undefined) return terminal.say(await draw(terminal.style));
  const text = await draw(IN_A_FILE);
  const { path, present } = await placeOf(context, options.output);
  const { uid, gid } = present ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  await here.replace(path, {
    bytes: encode(text.endsWith('\n') ? text : `${text}\n`),
    // Without set-id bits: it is a report now.
    mode: (present?.mode ?? 0o644) & 0o777,
    uid,
    gid,
    mtime: here.clock.now(),
  });
}

/** Looks, before anything is changed, whether --output could be written. @throws UsageFailure */
export async function requireOutput(context: Context): Promise<void> {
  const { output } = context.options;
  if (output !== undefined) await placeOf(context, output);
}

/** @throws UsageFailure if no file can be there */
async function placeOf(
  { here, root, store }: Context,
  output: string,
): Promise<{ readonly path: AbsolutePath; readonly present: Entry | undefined }> {
  const path = givenPath(output);
  const present = await here.look(path);
  const refuse = (why: string): UsageFailure =>
    new UsageFailure(`cannot write the report to '${path}': ${why}`, 'name a file with --output');
  if (present && present.kind !== 'file') throw refuse(`it is a ${present.kind}`);
  const parent = await here.resolve(parentOf(path));
  if (!parent) throw refuse('its directory does not exist');
  const isIn = async (directory: AbsolutePath): Promise<boolean> =>
    isWithin(parent, (await here.resolve(directory)) ?? directory);
  if (await isIn(join(root, '/etc/audit')))
    throw refuse('rules and settings of audit are kept there');
  if (await isIn(store.directory)) throw refuse('the undo of changes is kept there');
  return { path, present };
}
