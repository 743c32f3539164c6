/** The frame of every page: where one is, where one can go, who one is, and what waits. */

import { html } from 'hono/html';
import type { Html } from './html-parts.ts';
import type { Page } from './page.ts';
import { LANGUAGES } from './texts.ts';
import { THEMES, type Visit } from './visit.ts';

/** What waits, by the page that shows it. */
export type Waiting = Readonly<Record<string, number>>;

const PLACES = [
  ['today', '/'],
  ['actions', '/actions'],
  ['anomalies', '/anomalies'],
  ['leads', '/leads'],
  ['segments', '/segments'],
  ['campaigns', '/campaigns'],
  ['insights', '/insights'],
  ['rules', '/rules'],
  ['reports', '/reports'],
  ['decisions', '/decisions'],
  ['dead', '/dead'],
  ['system', '/system'],
] as const;

export interface FrameOptions {
  readonly page: Page;
  readonly waiting: Waiting;
  /** Names the version of an asset, so that it may be kept for good. */
  readonly asset: (name: string) => string;
  /** A token is needed here, so that there is a session to end. */
  readonly session: boolean;
}

export function frame(visit: Visit, { page, waiting, asset, session }: FrameOptions): Html {
  const { texts, language, theme } = visit;
  return html`<!doctype html>
<html lang="${language}" data-theme="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · weir</title>
<link rel="icon" href="${asset('icon.svg')}">
<link rel="stylesheet" href="${asset('dashboard.css')}">
<script type="module" src="${asset('dashboard.js')}"></script>
<script type="application/json" data-charts="${asset('charts.js')}" data-charts-style="${asset('charts.css')}"></script>
</head>
<body>
<a class="skip" href="#main">${texts.skip}</a>
<header class="top">
<a class="brand" href="/"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M2 7h7v5h6v5h7"/><path class="water" d="M2 3.5h8.5v5h6v5H22"/></svg>weir</a>
<nav aria-label="${texts.pages}"><ul>${PLACES.map(([name, path]) => place(visit, name, path, waiting[name]))}</ul></nav>
<div class="settings">
${liveMark(visit)}
${choices(visit)}
${session ? signOut(visit) : ''}
</div>
</header>
<main id="main" tabindex="-1">
<div class="heading"><h1>${page.heading ?? page.title}</h1>${page.about ? html`<p>${page.about}</p>` : ''}</div>
${page.body}
</main>
</body>
</html>`;
}

function place({ texts, url }: Visit, name: (typeof PLACES)[number][0], path: string, count = 0): Html {
  const here = path === '/' ? url.pathname === '/' : belongs(url.pathname, name, path);
  const badge = count > 0 ? html` <span class="badge">${count > 99 ? '99+' : count}</span>` : '';
  return html`<li><a href="${path}"${here ? html` aria-current="page"` : ''}>${texts[name]}${badge}</a></li>\n`;
}

function belongs(at: string, name: string, path: string): boolean {
  if (name === 'campaigns' && at.startsWith('/channels/')) return true;
  if (name === 'system' && at.startsWith('/events')) return true;
  return at === path || at.startsWith(`${path}/`);
}

/** Filled in by the script; without it the page says when it was made. */
function liveMark({ texts, show }: Visit): Html {
  return html`<p class="live" data-live data-live-on="${texts.live}" data-live-slow="${texts.live_slow}" data-live-off="${texts.live_off}"><span aria-hidden="true">○</span> <span data-live-word>${texts.as_of} ${show.clock(show.now)}</span></p>`;
}

function choices({ texts, language, theme, url }: Visit): Html {
  const back = html`<input type="hidden" name="back" value="${url.pathname}${url.search}">`;
  const choice = (name: string, value: string, word: string, chosen: boolean) =>
    html`<button name="${name}" value="${value}" aria-pressed="${String(chosen)}">${word}</button>`;
  return html`<form class="choices" method="post" action="/ui/settings">${back}
<span role="group" aria-label="${texts.language}">${LANGUAGES.map((one) => choice('language', one, one.toUpperCase(), one === language))}</span>
<span role="group" aria-label="${texts.theme}">${THEMES.map((one) => choice('theme', one, texts[`theme_${one}`], one === theme))}</span>
</form>`;
}

function signOut({ texts, caller }: Visit): Html {
  return html`<form class="session" method="post" action="/ui/sign-out"><span>${caller.name} · ${caller.role}</span> <button>${texts.sign_out}</button></form>`;
}
