/** The host and the run as the JSON report shows them. */

import type { HostFacts, Run } from './report.ts';

/** Who ran it, where and when. */
export function runJson(run: Run, { machine }: HostFacts): object {
  return {
    host: machine.name,
    machineId: machine.machineId,
    bootId: machine.bootId,
    loginuid: machine.loginuid,
    startedAt: run.startedAt,
    argv: run.argv,
  };
}

/** The host as far as verdicts depend upon it. */
export function hostJson(facts: HostFacts): object {
  const { machine, mechanism } = facts;
  return {
    distribution: machine.distribution,
    architecture: machine.architecture,
    init: machine.init,
    auditVersion: facts.version?.join('.') ?? null,
    mechanism:
      mechanism.kind === 'augenrules'
        ? {
            kind: mechanism.kind,
            rulesDirectory: mechanism.rulesDirectory,
            merged: mechanism.merged,
            runBy: mechanism.runBy,
          }
        : mechanism.kind === 'rulesFile'
          ? { kind: mechanism.kind, file: mechanism.file, runBy: mechanism.runBy }
          : { kind: mechanism.kind, reason: mechanism.reason },
    kernel: facts.kernel,
    consumer: facts.consumer,
    storage: facts.storage,
    places: Object.fromEntries(facts.places),
    notes: facts.notes,
  };
}
