/** Where controls and benchmarks are looked up: those in the bundle, with those of a person's own. */

import { TemplateFailure } from '../errors.ts';
import { printable } from '../text.ts';
import type { Benchmark, Control, Procedure, Section } from './control.ts';

/** Each template is read when it is asked for, and once. */
export interface Library {
  readonly slugs: readonly string[];
  /** Of the benchmarks, the oldest first. */
  readonly ids: readonly string[];
  /** @throws TemplateFailure if its template is wrong */
  readonly control: (slug: string) => Control | undefined;
  /** @throws TemplateFailure if its template is wrong */
  readonly book: (id: string) => Book | undefined;
}

/** A benchmark by itself: what others call its controls is not known here. */
export type Book = Omit<Benchmark, 'elsewhere' | 'sections'> & {
  readonly sections: readonly Omit<Section, 'otherNumbers'>[];
};

/** What a section may say otherwise than its control does. */
export interface Wording {
  readonly literalPath?: Control['literalPath'] | undefined;
  readonly procedure?: Partial<Procedure> | undefined;
}

/** `control` as one version of the book prints it. */
export function worded(control: Control, { literalPath, procedure }: Wording): Control {
  return {
    ...control,
    literalPath: literalPath ?? control.literalPath,
    procedure: { ...control.procedure, ...procedure },
  };
}

/** `read`, which is called once for each name. */
export function once<T>(read: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    const value = known.get(name) ?? read(name);
    known.set(name, value);
    return value;
  };
}

/**
 * `own` beside `present`.
 * @param fileOf names the file of one of `own`, for the message
 * @throws TemplateFailure if one of `own` takes a name that exists
 */
export function addLibrary(present: Library, own: Library, fileOf: FileOf): Library {
  refuseTaken(present.slugs, own.slugs, 'control', fileOf);
  refuseTaken(present.ids, own.ids, 'benchmark', fileOf);
  return {
    slugs: [...present.slugs, ...own.slugs],
    ids: [...present.ids, ...own.ids],
    control: (slug) => present.control(slug) ?? own.control(slug),
    book: (id) => present.book(id) ?? own.book(id),
  };
}

type FileOf = (what: 'control' | 'benchmark', name: string) => string;

function refuseTaken(
  present: readonly string[],
  own: readonly string[],
  what: 'control' | 'benchmark',
  fileOf: FileOf,
): void {
  const taken = own.find((name) => present.includes(name));
  if (taken === undefined) return;
  throw new TemplateFailure(
    `cannot use template '${printable(fileOf(what, taken))}': there is a built-in ${what} ${taken}`,
    `give the file another name: it is the name of the ${what}`,
  );
}
