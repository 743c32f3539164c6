/** The dashboard: pages, parts of pages for the script, assets and forms, each for those who may. */

import type { Context, Hono } from 'hono';
import { admit, type Caller, callerOf } from '../access.ts';
import type { AppOptions } from '../app.ts';
import { nameRoute } from '../dispatch.ts';
import { readAssets } from './assets.ts';
import { answerForm } from './forms.ts';
import { frame } from './frame.ts';
import { empty, type Html } from './html-parts.ts';
import { readNeeds, waitingOf } from './needs.ts';
import { notFound, type Page, type PageMaker, whileThere } from './page.ts';
import { PAGES, PARTS } from './places.ts';
import { signInPage } from './sign-in.ts';
import { readVisit, type Visit } from './visit.ts';

/** Nothing from elsewhere, nothing inline, and nobody may put a page into theirs. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'content-type': 'text/html; charset=utf-8',
};

export function mountDashboard(app: Hono, options: AppOptions): void {
  const assets = readAssets();
  app.get('/ui/assets/:name', (c) => {
    nameRoute(c, '/ui/assets/{name}');
    return assets.answer(c, c.req.param('name'));
  });
  for (const [path, make] of Object.entries(PARTS))
    app.get(`/ui/parts/${path}`, (c) => {
      nameRoute(c, '/ui/parts/{name}');
      return answer(c, options, async (visit) => send(c, await whileThere(visit, () => make(visit)), 200));
    });
  for (const { path, make } of PAGES) {
    app.get(path, (c) => {
      nameRoute(c, path.replace('*', '{id}'));
      return answerPage(c, options, assets.address, make, restOf(c, path));
    });
  }
  app.post('/ui/*', async (c) => {
    nameRoute(c, '/ui/{form}');
    // whether they may is asked by the route that carries it out
    await admit(c, { ...options.access, sessions: options.sessions }, 'nobody');
    const visit = readVisit(c, options, (callerOf(c) as Caller | undefined) ?? NOBODY);
    return answerForm(visit, {
      app,
      page: (asking, page) => sendPage(c, options, assets.address, asking, page),
      bare: (html, status) => send(c, html, status),
    });
  });
}

const NOBODY: Caller = { name: '', role: 'producer' };

/** What stands behind `/leads/`, segment by segment. */
function restOf(c: Context, path: string): string {
  const skipped = path.replace(/\/?\*$/, '').split('/').length;
  const segments = new URL(c.req.url).pathname.split('/').slice(skipped);
  return segments.map(decodeSegment).join('/');
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function answerPage(
  c: Context,
  options: AppOptions,
  asset: (name: string) => string,
  make: PageMaker,
  rest: string,
): Promise<Response> {
  return answer(c, options, async (visit) => {
    let page: Page = notFound(visit);
    const body = await whileThere(visit, async () => {
      page = await make(visit, rest);
      return '';
    });
    if (body !== '') page = { title: visit.texts.nothing_here, body, status: 503 };
    if (page.to !== undefined) return c.redirect(page.to, 303);
    return sendPage(c, options, asset, visit, page);
  });
}

/** Who may not is told so on a page; who is not known is asked for a token. */
async function answer(
  c: Context,
  options: AppOptions,
  make: (visit: Visit) => Promise<Response>,
): Promise<Response> {
  const refused = await admit(c, { ...options.access, sessions: options.sessions }, 'read');
  if (refused?.status === 401) return send(c, signInPage(c, options), 401);
  const visit = readVisit(c, options, callerOf(c));
  return refused ? send(c, empty(visit.texts.forbidden), 403) : make(visit);
}

async function sendPage(
  c: Context,
  options: AppOptions,
  asset: (name: string) => string,
  visit: Visit,
  page: Page,
): Promise<Response> {
  const waiting = visit.may('read') ? waitingOf(await readNeeds(visit)) : {};
  const session = options.access.tokens().length > 0;
  return send(c, frame(visit, { page, waiting, asset, session }), page.status ?? 200);
}

async function send(c: Context, html: Html, status: NonNullable<Page['status']>): Promise<Response> {
  return c.body(String(await html), status, HEADERS);
}
