/** What pages send, without a script: choices are kept here, every change goes the way of the API's own routes. */

import type { Context, Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import type { Problem } from '../problem.ts';
import { type DeadAnswer, deadRequest, deadResult } from './dead-forms.ts';
import { empty, type Html } from './html-parts.ts';
import type { Page } from './page.ts';
import { signInPage } from './sign-in.ts';
import { LANGUAGES, type Texts } from './texts.ts';
import { LANGUAGE_COOKIE, THEME_COOKIE, THEMES, type Visit } from './visit.ts';

const YEAR = 365 * 24 * 3600;
const LARGEST_FORM = 128 * 1024;
const FORM = 'application/x-www-form-urlencoded';

type Fields = Readonly<Record<string, string>>;

export interface FormAnswers {
  readonly app: Hono;
  page(visit: Visit, page: Page): Promise<Response>;
  bare(html: Html, status: 401): Promise<Response>;
}

/** A form of a page of another site is refused, whatever session the browser has. */
export function isOwnForm(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return false;
  const origin = c.req.header('origin');
  if (origin === undefined) return site === 'same-origin';
  return URL.canParse(origin) && new URL(origin).host === c.req.header('host');
}

/** @param visit of whoever asks: what they may is judged by the route that carries it out */
export async function answerForm(visit: Visit, answers: FormAnswers): Promise<Response> {
  const { c, texts, url } = visit;
  const refuse = (status: 400 | 403 | 404, words: string) =>
    answers.page(visit, { title: words, body: empty(words), status });
  if (!isOwnForm(c)) return refuse(403, texts.foreign_form);
  if (!c.req.header('content-type')?.startsWith(FORM)) return refuse(400, texts.foreign_form);
  const text = await c.req.text();
  if (text.length > LARGEST_FORM) return refuse(400, texts.too_much);
  const fields: Fields = Object.fromEntries(new URLSearchParams(text));
  const [place = '', ...rest] = url.pathname.split('/').slice(2);
  if (place === 'settings') return settle(c, fields);
  if (place === 'sign-in') return signIn(visit, fields, answers);
  const asked = requestOf(place, rest, fields);
  if (asked === undefined) return refuse(404, texts.nothing_here);
  const answer = await carryOut(c, answers.app, asked);
  if (answer.status < 300 && place === 'dead')
    return answers.page(visit, deadResult(visit, (await answer.json()) as DeadAnswer, fields));
  if (answer.status < 300) return goBack(answer, place === 'sign-out' ? '/' : fields.back);
  return answers.page(visit, problemPage(texts, (await answer.json()) as Problem));
}

export interface Change {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The request of the API that a form stands for; segments of the path are handed on as they are. */
function requestOf(place: string, rest: readonly string[], fields: Fields): Change | undefined {
  const said = fields.comment?.trim() ?? '';
  const body = said === '' ? {} : { comment: said };
  if (place === 'sign-out') return { method: 'DELETE', path: '/v1/session' };
  if (place === 'anomalies' && rest.length === 2) {
    const deed = fields.deed === 'mute' ? 'mute' : 'acknowledge';
    return { method: 'POST', path: `/v1/anomalies/${rest.join('/')}/${deed}`, body };
  }
  if (place === 'dead' && rest.length === 0) return deadRequest(fields);
  if (place === 'backtests' && rest.length === 0) {
    const is = fields.new?.startsWith('files-') ? 'files' : (fields.new ?? '');
    return { method: 'POST', path: '/v1/backtests', body: { old: fields.old ?? '', new: is } };
  }
  if (place === 'actions' && rest.length === 1) {
    const deed = ['approve', 'reject', 'revert'].find((one) => one === fields.deed);
    if (deed === undefined) return undefined;
    // what was shown: an action that changed since is not the one that was meant
    const headers = { 'if-match': `"${(fields.hash ?? '').replace(/[^\w-]/g, '')}"` };
    const named = fields.by?.trim() ? { ...body, by: fields.by.trim() } : body;
    return { method: 'POST', path: `/v1/actions/${rest[0]}/${deed}`, body: named, headers };
  }
  return undefined;
}

/** In this process: who may, what is kept of it and how often it may be asked is the same as over HTTP. */
async function carryOut(c: Context, app: Hono, { method, path, body, headers }: Change): Promise<Response> {
  const asked = new Headers(headers);
  for (const name of ['authorization', 'cookie', 'host', 'origin', 'x-forwarded-proto']) {
    const value = c.req.header(name);
    if (value !== undefined) asked.set(name, value);
  }
  // browsers that name no origin told that it is our own
  if (!asked.has('origin')) asked.set('origin', `http://${c.req.header('host')}`);
  asked.set('content-type', 'application/json');
  const url = new URL(path, c.req.url);
  return app.request(
    url.href,
    { method, headers: asked, ...(body && { body: JSON.stringify(body) }) },
    c.env,
  );
}

async function signIn(visit: Visit, fields: Fields, answers: FormAnswers): Promise<Response> {
  const { c, options } = visit;
  const asked = { method: 'POST', path: '/v1/session', body: { token: fields.token ?? '' } } as const;
  const answer = await carryOut(c, answers.app, asked);
  if (answer.status < 300) return goBack(answer, fields.back);
  return answers.bare(signInPage(c, options, { back: ownPath(fields.back), wrong: true }), 401);
}

/** With the cookies that the answer sets. */
function goBack(answer: Response, back: string | undefined): Response {
  const headers = new Headers({ location: ownPath(back), 'cache-control': 'no-store' });
  for (const cookie of answer.headers.getSetCookie()) headers.append('set-cookie', cookie);
  return new Response(null, { status: 303, headers });
}

/** Problems have words of their own where people meet them; the others are told as the API tells them. */
function problemPage(texts: Texts, { type, title, detail, status }: Problem & { type?: unknown }): Page {
  const slug = String(type).split('/').at(-1)?.replaceAll('-', '_') ?? '';
  const own = (texts as unknown as Readonly<Record<string, string>>)[`problem_${slug}`];
  const known = [400, 401, 403, 404, 409, 410, 412, 503] as const;
  return {
    title: own ?? title,
    body: empty(detail ?? own ?? title),
    status: known.find((one) => one === status) ?? 400,
  };
}

/** A choice of colours changes nothing for others: who asks need not be known. */
function settle(c: Context, { language, theme, back }: Fields): Response {
  const kept = { path: '/', maxAge: YEAR, sameSite: 'Lax', httpOnly: true } as const;
  if (LANGUAGES.some((one) => one === language)) setCookie(c, LANGUAGE_COOKIE, language as string, kept);
  if (THEMES.some((one) => one === theme)) setCookie(c, THEME_COOKIE, theme as string, kept);
  return c.redirect(ownPath(back), 303);
}

/** A page of ours, never an address elsewhere. */
export function ownPath(back: string | undefined): string {
  return back !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(back) ? back : '/';
}
