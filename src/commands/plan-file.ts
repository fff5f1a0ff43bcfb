/** `fix --plan FILE`: a plan that was reviewed is applied only if planning anew gives the same one. */

import { HostFailure, UsageFailure } from '../errors.ts';
import { reportJson } from '../report/json.ts';
import type { Report } from '../report/report.ts';
import { decode } from '../text.ts';
import type { Context } from './context.ts';
import { givenPath } from './given-path.ts';
import { parseCommandLine, type Options } from './options.ts';

/** What the file says: how it was made, and what it proposed. Nothing in it is executed. */
export interface PlanFile {
  readonly path: string;
  readonly argv: readonly string[];
  readonly plan: string;
}

/** @throws UsageFailure if it is no plan of ours, HostFailure if it cannot be read */
export async function readPlanFile(context: Context, file: string): Promise<PlanFile> {
  const path = givenPath(file);
  const image = await context.here.read(path);
  if (!image)
    throw new UsageFailure(
      `cannot read the plan '${path}': there is no such file`,
      `'dockaudit plan --format json --output ${file}' writes one`,
    );
  const document = parseJson(decode(image.bytes));
  const run = fieldOf(document, 'run');
  const argv = fieldOf(run, 'argv');
  const plan = fieldOf(document, 'plan');
  if (!Array.isArray(argv) || !argv.every((word) => typeof word === 'string') || plan === undefined)
    throw new UsageFailure(
      `cannot use the plan '${path}': it is not what 'plan --format json' writes`,
      `'dockaudit plan --format json --output ${file}' writes one`,
    );
  return { path, argv, plan: JSON.stringify(plan) };
}

/** The options under which the plan was made; how this run talks stays its own. */
export function planOptions(file: Pick<PlanFile, 'argv'>, own: Options): Options {
  const { format, output, color, quiet, verbose, noInput, yes, plan, installAuditd } = own;
  const recorded = parseCommandLine(file.argv).options;
  const dryRun = false;
  return {
    ...recorded,
    format,
    output,
    color,
    quiet,
    verbose,
    noInput,
    yes,
    plan,
    installAuditd,
    dryRun,
  };
}

/** @throws HostFailure if the plan of now is another one */
export async function requireSamePlan(file: PlanFile, report: Report): Promise<void> {
  const now: unknown = JSON.parse(await reportJson(report));
  if (JSON.stringify(fieldOf(now, 'plan')) === file.plan) return;
  throw new HostFailure(
    `cannot apply '${file.path}': the host is no longer what the plan was made from`,
    "look at the new plan: 'dockaudit plan'",
    'ESTALEPLAN',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
