/** One look at a page: who asks, in which language and theme, and what there is to show. */

import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import { type Caller, may, type Permission } from '../access.ts';
import type { AppOptions } from '../app.ts';
import { Show } from './show.ts';
import { LANGUAGES, type Language, type Texts, textsOf } from './texts.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const LANGUAGE_COOKIE = 'weir_language';
export const THEME_COOKIE = 'weir_theme';

export interface Visit {
  readonly c: Context;
  readonly options: AppOptions;
  readonly caller: Caller;
  readonly language: Language;
  readonly theme: Theme;
  readonly texts: Texts;
  readonly show: Show;
  readonly url: URL;
  may(permission: Permission): boolean;
}

export function readVisit(c: Context, options: AppOptions, caller: Caller): Visit {
  const language = languageOf(c);
  const theme = THEMES.find((one) => one === getCookie(c, THEME_COOKIE)) ?? 'auto';
  return {
    c,
    options,
    caller,
    language,
    theme,
    texts: textsOf(language),
    show: new Show(language, options.plan().settings.timezone, options.clock.now()),
    url: new URL(c.req.url),
    may: (permission) => may(caller, permission),
  };
}

/** The one that was chosen, else the first of those the browser asks for that there is. */
function languageOf(c: Context): Language {
  const chosen = getCookie(c, LANGUAGE_COOKIE);
  const asked = (c.req.header('accept-language') ?? '')
    .split(',')
    .map((part) => part.split(';') as [string, string?])
    .map(([tag, weight]) => ({
      tag: tag.trim().slice(0, 2).toLowerCase(),
      weight: Number(/q=([\d.]+)/.exec(weight ?? '')?.[1] ?? 1),
    }))
    .sort((a, b) => b.weight - a.weight);
  const wanted = [chosen, ...asked.map(({ tag }) => tag)];
  return wanted.find((tag): tag is Language => LANGUAGES.some((one) => one === tag)) ?? 'en';
}
