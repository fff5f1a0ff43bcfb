/** Brings a finished report to where it was asked for: stdout, or a file on this machine. */

import { UsageFailure } from '../errors.ts';
import { absolutePath } from '../paths.ts';
import type { Report } from '../report/report.ts';
import { describeReport } from '../report/text.ts';
import type { Style } from '../terminal/terminal.ts';
import { encode } from '../text.ts';
import type { Context } from './context.ts';

/** A file has no colours and no screen to fit. */
const IN_A_FILE: Style = { width: 100, colour: false, unicode: true };

/** @throws HostFailure if --output cannot be written */
export async function deliver(context: Context, report: Report): Promise<void> {
  const { options, terminal } = context;
  const style = options.output === undefined ? terminal.style : IN_A_FILE;
  if (options.format === 'json') {
    const { reportJson } = await import('../report/json.ts');
    return deliverText(context, await reportJson(report));
  }
  return deliverText(context, await describeReport(report, style));
}

/** The same for text that is ready. @throws HostFailure */
export async function deliverText(context: Context, text: string): Promise<void> {
  const { options, terminal, here } = context;
  if (options.output === undefined) return terminal.say(text);
  const path = absolutePath(resolvePath(options.output));
  const present = await here.look(path);
  if (present && present.kind !== 'file')
    throw new UsageFailure(
      `cannot write the report to '${path}': it is a ${present.kind}`,
      'name a file with --output',
    );
  const { uid, gid } = present ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  await here.replace(path, {
    bytes: encode(text.endsWith('\n') ? text : `${text}\n`),
    mode: present?.mode ?? 0o644,
    uid,
    gid,
    mtime: here.clock.now(),
  });
}

/** A path on this machine as the person gave it. */
export function resolvePath(text: string): string {
  return text.startsWith('/') ? text : `${process.cwd()}/${text}`;
}
