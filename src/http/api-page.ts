/** The OpenAPI document as a page that needs no script. */

import { html, raw } from 'hono/html';

interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
    readonly schema: Readonly<Record<string, unknown>>;
  }[];
  readonly requestBody?: {
    readonly description: string;
    readonly content: Readonly<Record<string, unknown>>;
  };
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly $ref?: string }>>;
}

interface Document {
  readonly info: { readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code{font-family:ui-monospace,monospace}table{border-collapse:collapse;width:100%}
td,th{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #8884}
details{margin:.3rem 0}summary{cursor:pointer}b{display:inline-block;min-width:4.5rem}
:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){body{background:#14171a;color:#e6e6e6}a{color:#9ecbff}}`;

export function apiPage(openApi: object) {
  const { info, tags, paths } = openApi as Document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>weir API</title><style>${raw(STYLE)}</style></head>
<body><main>
<h1>weir ${info.version}</h1>
<p>${info.description} The same for programs: <a href="/openapi.json">openapi.json</a>.</p>
${tags.map(
  ({ name }) => html`<h2>${name}</h2>
${operations.filter(({ operation }) => operation.tags.includes(name)).map(section)}`,
)}
</main></body></html>`;
}

function section({ path, method, operation }: { path: string; method: string; operation: Operation }) {
  const { summary, description, parameters, requestBody, responses } = operation;
  return html`<details><summary><b>${method}</b> <code>${path}</code> – ${summary}</summary>
${description ? html`<p>${description}</p>` : ''}
${
  parameters.length === 0
    ? ''
    : html`<table><tr><th>parameter</th><th>in</th><th>what</th></tr>
${parameters.map(
  (one) =>
    html`<tr><td><code>${one.name}</code></td><td>${one.in}</td><td>${one.description ?? ''} ${words(one.schema)}</td></tr>`,
)}</table>`
}
${requestBody ? html`<p>Body: ${requestBody.description} (${Object.keys(requestBody.content).join(', ')})</p>` : ''}
<table><tr><th>status</th><th>what</th></tr>
${Object.entries(responses).map(
  ([status, { description: told }]) =>
    html`<tr><td>${status}</td><td>${told ?? USUAL[status] ?? ''}</td></tr>`,
)}</table></details>`;
}

const USUAL: Readonly<Record<string, string>> = {
  400: 'a parameter or the body does not fit',
  401: 'a valid token is needed',
  403: 'the role of the token does not allow it',
  429: 'too many requests',
  503: 'Redis or Postgres does not answer',
};

function words({ enum: values, type }: Readonly<Record<string, unknown>>): string {
  return Array.isArray(values) ? `(${values.join(', ')})` : type === 'string' ? '' : `(${type})`;
}
