/** A plan as the JSON report shows it, and as `fix --plan FILE` compares it. */

import type { Edit, Plan, Preview } from '../plan/plan.ts';
import { decode, encode } from '../text.ts';
import { type Difference, patchText } from './diff.ts';
import { noiseOf } from './noise.ts';

/** Plain data: two plans are the same if these are deeply equal. */
export async function planJson(plan: Plan): Promise<object> {
  const { activation, daemon, liveOnly } = plan;
  return {
    edits: await Promise.all(plan.edits.map(editJson)),
    watches: plan.watches.map((watch) => ({ ...watch, noise: noiseOf(watch) })),
    preview: await Promise.all(plan.preview.map(previewJson)),
    commands: [
      ...('commands' in activation ? activation.commands : []),
      ...('commands' in daemon ? daemon.commands : []),
      ...(liveOnly?.commands ?? []),
    ],
    activation: { kind: activation.kind, reason: activation.reason },
    daemon: { kind: daemon.kind, reason: daemon.reason },
    liveOnly: liveOnly
      ? { commands: liveOnly.commands, controls: liveOnly.controls, reason: liveOnly.reason }
      : null,
    unsilenced: plan.unsilenced.map(({ controls, text, line, index }) => ({
      controls,
      text,
      ...(line && { file: line.file, line: line.line }),
      ...(index !== undefined && { kernelIndex: index }),
    })),
    withdrawn: plan.withdrawn.map(({ text, reason, line, index }) => ({
      text,
      reason,
      ...(line && { file: line.file, line: line.line }),
      ...(index !== undefined && { kernelIndex: index }),
    })),
    promises: plan.promises,
    leftOut: plan.leftOut,
    blockers: plan.blockers,
    witnesses: plan.witnesses,
    notes: plan.notes,
    touches: plan.touches,
    inputs: plan.inputs,
    ...(plan.inputHashes && { inputHashes: plan.inputHashes }),
  };
}

async function editJson({ path, before, after, satisfies }: Edit): Promise<object> {
  const texts = { before: before && decode(before.bytes), after: after && decode(after.bytes) };
  return {
    path,
    satisfies,
    mode: after ? after.mode.toString(8).padStart(4, '0') : null,
    ...(await diffJson({ path, ...texts })),
  };
}

async function previewJson(preview: Preview): Promise<object> {
  if (preview.kind !== 'file') return preview;
  return { kind: preview.kind, path: preview.path, ...(await diffJson(preview)) };
}

/** JSON holds text only: where bytes are no text, they follow in base64. */
async function diffJson(difference: Difference): Promise<object> {
  const diff = await patchText(difference);
  if (diff.isWellFormed()) return { diff };
  return { diff, diffBase64: Buffer.from(encode(diff)).toString('base64') };
}
