/** How lines become statements: all of them here, those that can matter in skim.ts. */

import { parseListing, type Listing } from '../audit/listing.ts';
import type { MergedLine } from '../audit/merge.ts';
import { parseLine } from '../audit/parse.ts';
import type { Persistent } from './facts.ts';

/** What lines of files say, and what is known of their order. */
export type Understood = Pick<Persistent, 'statements' | 'order'>;

export interface Reader<Result = Understood | Promise<Understood>> {
  /** @param lines in the order of a load */
  readonly lines: (lines: readonly MergedLine[]) => Result;
  /** @param text that `auditctl -l` printed */
  readonly listing: (text: string) => Listing | Promise<Listing>;
}

/** Reads every line. */
export const reader: Reader<Understood> = {
  lines: (lines) => ({ statements: lines.map(({ text, origin }) => parseLine(text, origin)) }),
  listing: parseListing,
};
