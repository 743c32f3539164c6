/** The page for who is not known: a token makes a session. */

import type { Context } from 'hono';
import { html } from 'hono/html';
import type { AppOptions } from '../app.ts';
import type { Html } from './html-parts.ts';
import { readVisit } from './visit.ts';

export function signInPage(
  c: Context,
  options: AppOptions,
  { back, wrong = false }: { readonly back?: string; readonly wrong?: boolean } = {},
): Html {
  const { texts, language, theme, url } = readVisit(c, options, { name: '', role: 'viewer' });
  return html`<!doctype html>
<html lang="${language}" data-theme="${theme}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${texts.sign_in} · weir</title><link rel="stylesheet" href="/ui/assets/dashboard.css"></head>
<body class="signing-in">
<main id="main"><h1>weir</h1>
<form method="post" action="/ui/sign-in" class="panel"><h2>${texts.sign_in}</h2>
${wrong ? html`<p role="alert" class="mark bad">${texts.sign_in_wrong}</p>` : ''}
<input type="hidden" name="back" value="${back ?? (url.pathname.startsWith('/ui/') ? '/' : `${url.pathname}${url.search}`)}">
<p><label for="token">${texts.token}</label><input id="token" name="token" type="password" required autocomplete="current-password"></p>
<p><button>${texts.sign_in}</button></p>
<p class="note">${texts.sign_in_about}</p></form>
</main></body></html>`;
}
