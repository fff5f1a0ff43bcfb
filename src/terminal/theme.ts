/** How inquirer draws: its own defaults look at the environment, ours at the style. */

import { styleText } from 'node:util';

import type { Style } from './terminal.ts';

type Look = 'blue' | 'bold' | 'cyan' | 'dim' | 'green' | 'red';
type Painter = (text: string) => string;

/** A look of this style: as it is where colour is not wanted. */
export function painter({ colour }: Style, look: Look): Painter {
  return (text) =>
    colour && text !== '' ? styleText(look, text, { validateStream: false }) : text;
}

/** For `confirm`, `checkbox` and `select`; each takes what it knows. */
export function themeOf(style: Style) {
  const [blue, bold, cyan] = [
    painter(style, 'blue'),
    painter(style, 'bold'),
    painter(style, 'cyan'),
  ];
  const [dim, green, red] = [painter(style, 'dim'), painter(style, 'green'), painter(style, 'red')];
  const [on, off, cursor] = style.unicode ? ['◉', '◯', '❯'] : ['[x]', '[ ]', '>'];
  const keys: Painter = (name) =>
    ({ '↑↓': 'up/down', '⏎': 'enter' })[style.unicode ? '' : name] ?? name;
  return {
    prefix: { idle: blue('?'), done: green(style.unicode ? '✔' : '?') },
    icon: { checked: green(on), unchecked: off, cursor },
    style: {
      answer: cyan,
      message: bold,
      error: (text: string) => red(`> ${text}`),
      defaultAnswer: (text: string) => dim(`(${text})`),
      help: dim,
      highlight: cyan,
      key: (text: string) => cyan(`<${text}>`),
      description: dim,
      renderSelectedChoices: (chosen: readonly { readonly short: string }[]) =>
        chosen.length === 0 ? 'none' : chosen.map(({ short }) => short).join(', '),
      keysHelpTip: (tips: readonly (readonly [string, string])[]) =>
        tips.map(([key, action]) => `${bold(keys(key))} ${dim(action)}`).join(dim(', ')),
    },
  };
}
