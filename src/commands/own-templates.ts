/** `--templates DIR`: the controls and benchmarks of a person's own, read from this machine. */

import { BUILT_IN } from '../controls/builtin.ts';
import { addLibrary, once, type Library } from '../controls/library.ts';
import { readBenchmark, readControl } from '../controls/read.ts';
import { TemplateFailure, UsageFailure } from '../errors.ts';
import type { HostReader } from '../host/host.ts';
import { join, type AbsolutePath } from '../paths.ts';
import { decode, printable } from '../text.ts';
import { givenPath } from './given-path.ts';

/** A template is some paragraphs. */
const MOST_BYTES = 256 * 1024;
const MOST_FILES = 1000;

/** A number such as `1.2.3` could be taken for a slug that begins with a digit. */
const SLUG = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const ID = /^[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*$/;

/** Files of templates by the names that they give: their paths, and their JSON. */
type Folder = ReadonlyMap<string, { readonly file: AbsolutePath; readonly json: unknown }>;

/**
 * The built-in library with the templates of `directory`, each of which is checked.
 * @throws UsageFailure, TemplateFailure, HostFailure
 */
export async function libraryWith(here: HostReader, directory: string): Promise<Library> {
  const path = givenPath(directory);
  const controls = await readFolder(here, join(path, 'controls'), SLUG);
  const benchmarks = await readFolder(here, join(path, 'benchmarks'), ID);
  if (!controls && !benchmarks)
    throw new UsageFailure(
      `cannot use --templates '${printable(path)}': it holds neither controls/ nor benchmarks/`,
      'docs/templates.md shows what belongs there',
    );
  return withOwn(controls ?? new Map(), benchmarks ?? new Map());
}

function withOwn(controls: Folder, benchmarks: Folder): Library {
  const own: Library = {
    slugs: [...controls.keys()],
    ids: [...benchmarks.keys()],
    control: once((slug) => {
      const found = controls.get(slug);
      return found && readControl(found.json, found.file);
    }),
    book: once((id) => {
      const found = benchmarks.get(id);
      return found && readBenchmark(found.json, found.file, whole);
    }),
  };
  const folders = { control: controls, benchmark: benchmarks };
  const whole = addLibrary(
    BUILT_IN,
    own,
    (what, name) => folders[what].get(name)?.file ?? `${name}.json`,
  );
  for (const slug of own.slugs) own.control(slug);
  for (const id of own.ids) own.book(id);
  return whole;
}

/** By name; undefined if there is no such folder. Files that are no JSON are not ours. */
async function readFolder(
  here: HostReader,
  folder: AbsolutePath,
  allowed: RegExp,
): Promise<Folder | undefined> {
  const names = (await here.list(folder))?.filter((name) => name.endsWith('.json'));
  if (names === undefined) return undefined;
  if (names.length > MOST_FILES)
    throw new UsageFailure(
      `cannot use '${printable(folder)}': it holds ${names.length} templates`,
      `at most ${MOST_FILES} are read`,
    );
  const entries = names.map(async (name) => {
    const file = join(folder, name);
    const stem = name.slice(0, -'.json'.length);
    if (!allowed.test(stem))
      throw refusal(file, 'its name has other characters than small letters, digits and hyphens');
    return [stem, { file, json: await readJson(here, file) }] as const;
  });
  return new Map(await Promise.all(entries));
}

async function readJson(here: HostReader, file: AbsolutePath): Promise<unknown> {
  const image = await here.read(file);
  if (!image) throw refusal(file, 'it is a link that leads nowhere');
  if (image.bytes.length > MOST_BYTES)
    throw refusal(file, `it has ${image.bytes.length} bytes, more than ${MOST_BYTES}`);
  try {
    return JSON.parse(decode(image.bytes));
  } catch (error) {
    throw refusal(file, `it is no JSON: ${error instanceof Error ? error.message : ''}`);
  }
}

function refusal(file: AbsolutePath, why: string): TemplateFailure {
  return new TemplateFailure(
    `cannot use template '${printable(file)}': ${printable(why)}`,
    'docs/templates.md shows a complete one',
  );
}
