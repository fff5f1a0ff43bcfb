/** How well a place is watched. Source: kernel/auditfilter.c, first match wins per event. */

import type { Permission, Statement } from './rule.ts';

/** Why a rule that names the place is not enough. */
export type Lack =
  | { readonly kind: 'permission'; readonly permissions: readonly Permission[] }
  | { readonly kind: 'architecture'; readonly architecture: 'b64' | 'b32' }
  /** System calls of a permission that no rule hears. */
  | { readonly kind: 'calls'; readonly permission: Permission; readonly calls: readonly string[] }
  /** A rule on the directory alone, where all below it is asked for. */
  | { readonly kind: 'subtree'; readonly by: Statement }
  | { readonly kind: 'narrowed'; readonly by: Statement; readonly field: string }
  | { readonly kind: 'silenced'; readonly by: Statement }
  | { readonly kind: 'fragile'; readonly by: Statement; readonly reason: string }
  | { readonly kind: 'target'; readonly path: string }
  | { readonly kind: 'boot'; readonly reason: string };

export type Coverage =
  | { readonly kind: 'covered'; readonly by: readonly Statement[] }
  | {
      readonly kind: 'partial';
      readonly by: readonly Statement[];
      readonly lacks: readonly Lack[];
    }
  /** A rule that wins before ours, or a state of the kernel that keeps all rules quiet. */
  | { readonly kind: 'suppressed'; readonly by: Statement | undefined; readonly reason: string }
  | { readonly kind: 'absent' };
