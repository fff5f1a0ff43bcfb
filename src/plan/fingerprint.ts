/** Hashes of all that a plan is made from: if one changed, the plan is about another host. */

import { createHash } from 'node:crypto';
import type { Facts } from '../discover/facts.ts';
import type { PlanOptions } from './rehearse.ts';

/** SHA-256, hex, of each input by its name: the path of a file, or words. */
export type InputHashes = Readonly<Record<string, string>>;

/** Values that move by themselves (pids, counters) are left out. Files come first. */
export function inputHashes(facts: Facts, asked: PlanOptions): InputHashes {
  const { key, style, file, strict, restart, reload, acceptNoise, procedure, unsilence, force } =
    asked;
  const how = [key, style, file ?? null, strict];
  const options = [...how, restart, reload, acceptNoise, procedure, unsilence, force];
  const { kernel, persistent, running } = facts;
  const { generated } = persistent;
  const inputs: readonly (readonly [string, unknown])[] = [
    ...persistent.files.map(
      ({ path, text, image: { mode, uid, gid } }) => [path, [text, mode, uid, gid]] as const,
    ),
    ...(generated?.present === undefined ? [] : [[generated.path, generated.present] as const]),
    ["the kernel's rules", running.kind === 'known' ? running.lines : running.kind],
    ["the kernel's status", kernel.kind === 'reachable' ? kernel.status : kernel.kind],
    ['who takes the events', facts.consumer.kind],
    ['how rules are loaded', facts.mechanism],
    ['how auditd is restarted', facts.restart],
    ['where Docker is', [...facts.places]],
    ['what stands at the paths of rules', [...facts.world.paths]],
    ['what auditd does when its log is full', facts.storage.stopsHost],
    ['who else may write there', facts.exposures],
    ['what keeps files from being replaced', facts.hindrances],
    ['what was asked for', options],
  ];
  return Object.fromEntries(inputs.map(([name, value]) => [name, sha256(value)]));
}

/** One hash over all of them: SHA-256, hex. */
export function fingerprint(facts: Facts, asked: PlanOptions): string {
  return sha256(Object.entries(inputHashes(facts, asked)));
}

/** What moved, each as `'/etc/audit/…' came`; the first few say enough. */
export function movedBetween(before: InputHashes, now: InputHashes): readonly string[] {
  const names = new Set([...Object.keys(now), ...Object.keys(before)]);
  return [...names]
    .filter((name) => before[name] !== now[name])
    .map((name) => {
      const shown = name.startsWith('/') ? `'${name}'` : name;
      if (before[name] === undefined) return `${shown} came`;
      return now[name] === undefined ? `${shown} is gone` : `${shown} changed`;
    })
    .slice(0, SHOWN);
}

const SHOWN = 3;

function sha256(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
