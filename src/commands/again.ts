/** The words by which a person asks for the same once more: what a hint shows can be pasted. */

import { DEFAULT_BENCHMARK, type Options } from './options.ts';

/** What decides about verdicts and plans; how the run talks is left out. */
export function askedWords(options: Options): readonly string[] {
  const { benchmark, templates, level, control, key, file, style, restart, prove } = options;
  return [
    ...(templates === undefined ? [] : ['--templates', templates]),
    ...(benchmark === DEFAULT_BENCHMARK ? [] : ['--benchmark', benchmark]),
    ...(options.all ? ['--all'] : []),
    ...(level === undefined ? [] : ['--level', String(level)]),
    ...control.flatMap((one) => ['--control', one]),
    ...(options.includeAbsent ? ['--include-absent'] : []),
    ...(options.strict ? ['--strict'] : []),
    ...(key === 'docker' ? [] : ['--key', key]),
    ...(file === undefined ? [] : ['--file', file]),
    ...(style === 'watch' ? [] : ['--style', style]),
    ...(restart === 'auto' ? [] : [restart === 'always' ? '--restart' : '--no-restart']),
    ...(prove === 'auto' ? [] : [prove === 'always' ? '--prove' : '--no-prove']),
    ...(options.touch ? ['--touch'] : []),
    ...(options.reload ? ['--reload'] : []),
    ...(options.procedure ? ['--procedure'] : []),
    ...(options.unsilence ? ['--unsilence'] : []),
    ...(options.confirmWithinMs === undefined
      ? []
      : ['--confirm-within', `${options.confirmWithinMs / 1000}s`]),
    ...(options.acceptNoise ? ['--accept-noise'] : []),
    ...(options.force ? ['--force'] : []),
  ];
}
