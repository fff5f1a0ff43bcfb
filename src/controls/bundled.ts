/**
 * Templates of the bundle as controls and benchmarks. The compiler knows their types, and a test
 * reads each as strictly as a person's own: reading them again at each start would only cost time.
 */

import type { Permission } from '../audit/rule.ts';
import { absolutePath } from '../paths.ts';
import type { Control, OutsideId, Place, Procedure, Safeguard } from './control.ts';
import { worded, type Book, type Library } from './library.ts';

/** A file of templates/controls, as the compiler sees it. */
export interface ControlFile extends Pick<
  Control,
  'title' | 'description' | 'rationale' | 'impact' | 'defaultValue' | 'remediation' | 'references'
> {
  readonly $schema: string;
  readonly place: PlaceFile;
  readonly recursive?: boolean;
  readonly needsDocker?: boolean;
  readonly literalPath: string;
  readonly permissions: { readonly required: string; readonly recommended: string };
  readonly procedure: Procedure;
  readonly safeguards: readonly Safeguard[];
  readonly outside: readonly OutsideId[];
}

/** A file of templates/benchmarks, as the compiler sees it. */
export interface BenchmarkFile {
  readonly $schema: string;
  readonly title: string;
  readonly verified: string;
  readonly sections: readonly SectionFile[];
}

interface SectionFile {
  readonly number: string;
  readonly control: string;
  readonly level: number;
  readonly unverified?: string | undefined;
  readonly literalPath?: string | undefined;
  readonly procedure?: Partial<Procedure> | undefined;
  readonly also?: readonly PlaceFile[] | undefined;
}

interface PlaceFile {
  readonly kind: string;
  readonly unit?: string;
  readonly name?: string;
  readonly path?: string;
}

/** The control of a file, whose slug is the file's name. */
export function bundledControl(slug: string, file: ControlFile): Control {
  const { $schema: _, permissions, place, literalPath, ...rest } = file;
  return {
    recursive: false,
    needsDocker: false,
    ...rest,
    slug,
    place: placeFrom(place),
    literalPath: absolutePath(literalPath),
    required: letters(permissions.required),
    recommended: letters(permissions.recommended),
  };
}

/** The benchmark of a file, whose id is the file's name. */
export function bundledBook(
  id: string,
  { title, verified, sections }: BenchmarkFile,
  controlNamed: Library['control'],
): Book {
  return {
    id,
    title,
    verified,
    sections: sections.flatMap((file) => {
      const control = controlNamed(file.control);
      if (!control) return [];
      const { number, level, unverified, also = [], procedure } = file;
      const literalPath =
        file.literalPath === undefined ? undefined : absolutePath(file.literalPath);
      return [
        {
          number,
          level: level === 1 ? 1 : 2,
          ...(unverified !== undefined && { unverified }),
          also: also.map(placeFrom),
          control: worded(control, { literalPath, procedure }),
        },
      ];
    }),
  };
}

function letters(word: string): readonly Permission[] {
  return (['r', 'w', 'x', 'a'] as const).filter((letter) => word.includes(letter));
}

/** @throws RangeError for what no place is: a test would have found it */
function placeFrom({ kind, unit, name, path }: PlaceFile): Place {
  switch (kind) {
    case 'daemon':
    case 'dataRoot':
    case 'daemonConfig':
    case 'containerdConfig':
    case 'containerdSocket':
      return { kind };
    case 'unit':
      if (unit !== undefined) return { kind, unit };
      break;
    case 'program':
      if (name !== undefined) return { kind, name };
      break;
    case 'path':
      if (path !== undefined) return { kind, path: absolutePath(path) };
      break;
  }
  throw new RangeError(`no place of kind ${kind}`);
}
