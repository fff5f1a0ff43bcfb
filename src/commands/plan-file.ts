/** `fix --plan FILE`: a plan that was reviewed is applied only if planning anew gives the same one. */

import { HostFailure, UsageFailure } from '../errors.ts';
import { movedBetween, type InputHashes } from '../plan/fingerprint.ts';
import { reportJson } from '../report/json.ts';
import type { Report } from '../report/report.ts';
import { decode, printable } from '../text.ts';
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
  const plan = compact(fieldOf(document, 'plan'));
  if (!Array.isArray(argv) || !argv.every((word) => typeof word === 'string') || plan === undefined)
    throw new UsageFailure(
      `cannot use the plan '${path}': it is not what 'plan --format json' writes`,
      `'dockaudit plan --format json --output ${file}' writes one`,
    );
  return { path, argv, plan };
}

/** The options under which the plan was made; how this run talks stays its own. */
export function planOptions(file: Pick<PlanFile, 'argv'>, own: Options): Options {
  const { format, output, color, quiet, verbose, noInput, yes, plan, installAuditd } = own;
  const { confirmWithinMs, checkAfterBoot, prove, touch, evidence, signWith, redact } = own;
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
    confirmWithinMs,
    checkAfterBoot,
    prove,
    touch,
    evidence,
    signWith,
    redact,
    dryRun,
  };
}

/** @throws HostFailure if the plan of now is another one */
export async function requireSamePlan(file: PlanFile, report: Report): Promise<void> {
  const document: unknown = JSON.parse(await reportJson(report));
  const now = fieldOf(document, 'plan');
  if (JSON.stringify(now) === file.plan) return;
  const planned = hashesOf(parseJson(file.plan));
  const moved = planned ? movedBetween(planned, hashesOf(now) ?? {}) : [];
  throw new HostFailure(
    `cannot apply '${file.path}': the host is no longer what the plan was made from` +
      (moved.length === 0 ? '' : `: ${printable(moved.join(', '))}`),
    "look at the new plan: 'dockaudit plan'",
    'ESTALEPLAN',
  );
}

/** A blocked plan has none. */
function hashesOf(plan: unknown): InputHashes | undefined {
  const hashes = fieldOf(plan, 'inputHashes');
  return typeof hashes === 'object' && hashes !== null
    ? Object.fromEntries(Object.entries(hashes).map(([name, hash]) => [name, String(hash)]))
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined for nothing, and for what is nested deeper than any plan of ours. */
function compact(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
