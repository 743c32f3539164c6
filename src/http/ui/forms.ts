/** What pages send: a choice of language or colours, and what is said about anomalies; each works without a script. */

import type { Context } from 'hono';
import { setCookie } from 'hono/cookie';
import { identify } from '../access.ts';
import type { AppOptions } from '../app.ts';
import { performDeed } from '../post-anomalies.ts';
import type { PageSender } from './dashboard.ts';
import { empty } from './html-parts.ts';
import { LANGUAGES } from './texts.ts';
import { LANGUAGE_COOKIE, readVisit, THEME_COOKIE, THEMES, type Visit } from './visit.ts';

const YEAR = 365 * 24 * 3600;
const LARGEST_FORM = 16 * 1024;
const FORM = 'application/x-www-form-urlencoded';

type Fields = Readonly<Record<string, string>>;

/** A form of a page of another site is refused, whatever session the browser has. */
export function isOwnForm(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return false;
  const origin = c.req.header('origin');
  if (origin === undefined) return site === 'same-origin';
  return URL.canParse(origin) && new URL(origin).host === c.req.header('host');
}

export async function answerForm(c: Context, options: AppOptions, sendPage: PageSender): Promise<Response> {
  const caller = identify(c, options.access);
  const visit = readVisit(c, options, caller ?? { name: '', role: 'viewer' });
  const refuse = (status: 400 | 401 | 403 | 404, words: string) =>
    sendPage(visit, { title: words, body: empty(words), status });
  if (!isOwnForm(c)) return refuse(403, visit.texts.foreign_form);
  if (!c.req.header('content-type')?.startsWith(FORM)) return refuse(400, visit.texts.foreign_form);
  const text = await c.req.text();
  if (text.length > LARGEST_FORM) return refuse(400, visit.texts.too_much);
  const fields: Fields = Object.fromEntries(new URLSearchParams(text));
  if (visit.url.pathname === '/ui/settings') return settle(c, fields);
  if (caller === undefined) return refuse(401, visit.texts.sign_in);
  const [, , place, ...rest] = visit.url.pathname.split('/').map(decodeURIComponent);
  if (place === 'anomalies') {
    if (!visit.may('operate')) return refuse(403, visit.texts.forbidden);
    return deed(visit, rest, fields, sendPage);
  }
  return refuse(404, visit.texts.nothing_here);
}

/** Who asks need not be known: a choice of colours changes nothing. */
function settle(c: Context, { language, theme, back }: Fields): Response {
  const kept = { path: '/', maxAge: YEAR, sameSite: 'Lax', httpOnly: true } as const;
  if (LANGUAGES.some((one) => one === language)) setCookie(c, LANGUAGE_COOKIE, language as string, kept);
  if (THEMES.some((one) => one === theme)) setCookie(c, THEME_COOKIE, theme as string, kept);
  return c.redirect(ownPath(back), 303);
}

async function deed(
  visit: Visit,
  [decision = '', name = '']: readonly string[],
  { deed: asked, comment, back }: Fields,
  sendPage: PageSender,
): Promise<Response> {
  const { c, options, caller, texts } = visit;
  const said = comment?.trim() ?? '';
  const done = await performDeed(options, {
    deed: asked === 'mute' ? 'mute' : 'acknowledge',
    id: decision,
    name,
    by: caller.name,
    body: said === '' ? {} : { comment: said },
  });
  if (!('slug' in done)) return c.redirect(ownPath(back), 303);
  const status = done.status === 409 ? 409 : done.status === 404 ? 404 : 400;
  return sendPage(visit, {
    title: texts.anomalies,
    body: empty(`${done.title}. ${done.detail ?? ''}`),
    status,
  });
}

/** A page of ours, never an address elsewhere. */
export function ownPath(back: string | undefined): string {
  return back !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(back) ? back : '/';
}
