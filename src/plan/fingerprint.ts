/** One hash over all that a plan is made from: if it changed, the plan is about another host. */

import { createHash } from 'node:crypto';
import type { Facts } from '../discover/facts.ts';
import type { PlanOptions } from './rehearse.ts';

/** SHA-256, hex. Values that move by themselves (pids, counters) are left out. */
export function fingerprint(facts: Facts, asked: PlanOptions): string {
  const { key, style, file, strict, restart, reload, acceptNoise, procedure, unsilence } = asked;
  const how = [key, style, file ?? null, strict];
  const options = [...how, restart, reload, acceptNoise, procedure, unsilence];
  const { kernel, persistent, running } = facts;
  const inputs = {
    options,
    files: persistent.files.map(({ path, text, image }) => [
      path,
      text,
      image.mode,
      image.uid,
      image.gid,
    ]),
    generated: persistent.generated?.present ?? null,
    exposures: facts.exposures,
    kernel: kernel.kind === 'reachable' ? kernel.status : kernel.kind,
    table: running.kind === 'known' ? running.lines : running.kind,
    places: [...facts.places],
    paths: [...facts.world.paths],
    restart: facts.restart,
    mechanism: facts.mechanism,
    consumer: facts.consumer.kind,
    stopsHost: facts.storage.stopsHost,
  };
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
}
