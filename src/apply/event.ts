/** What a change and an undo tell while they work: a step begins, is done, or fails. */

/** Of one step; times in milliseconds. */
export type Event =
  | { readonly kind: 'started'; readonly step: string }
  | { readonly kind: 'done'; readonly step: string; readonly detail: string; readonly ms: number }
  | {
      readonly kind: 'failed';
      readonly step: string;
      readonly detail: string;
      readonly ms: number;
    };

/** Hears of each step. */
export type Progress = (event: Event) => void;
