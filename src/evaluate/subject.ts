/** What a rule watches and what a control watches, in the words of a sentence. */

import { valuesOf } from '../audit/match.ts';
import type { Statement } from '../audit/rule.ts';
import type { Place } from '../controls/control.ts';

/** Paths that a rule watches, in its own spelling. */
export function pathTexts(statement: Statement): readonly string[] {
  return statement.kind === 'rule' ? valuesOf(statement.rule, 'path', 'dir', 'watch') : [];
}

/** What a place is called in a sentence. */
export function subjectOf(place: Place): string {
  switch (place.kind) {
    case 'daemon':
      return 'dockerd';
    case 'unit':
      return `the file of ${place.unit}`;
    case 'program':
      return place.name;
    case 'dataRoot':
      return "Docker's data root";
    case 'daemonConfig':
      return "the daemon's configuration";
    case 'containerdConfig':
      return "containerd's configuration";
    case 'containerdSocket':
      return "containerd's socket";
    case 'path':
      return 'what counts';
    default:
      return place satisfies never;
  }
}
