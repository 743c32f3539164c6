/** Style, script and icon, served from the package and named by what is in them, so that browsers keep them. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Context } from 'hono';

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};
const OWN = ['dashboard.css', 'dashboard.js', 'icon.svg'];
/** Of the package that draws charts with a cursor. */
const CHARTS = { 'charts.js': 'uPlot.iife.min.js', 'charts.css': 'uPlot.min.css' };

export interface Assets {
  readonly address: (name: string) => string;
  answer(c: Context, name: string): Response | Promise<Response>;
}

export function readAssets(): Assets {
  const files = new Map<string, { readonly text: string; readonly version: string }>();
  const keep = (name: string, path: string | URL) => {
    const text = readFileSync(path, 'utf8');
    files.set(name, { text, version: createHash('sha256').update(text).digest('hex').slice(0, 12) });
  };
  for (const name of OWN) keep(name, new URL(`assets/${name}`, import.meta.url));
  const folder = new URL('./', import.meta.resolve('uplot/dist/uPlot.min.css'));
  for (const [name, file] of Object.entries(CHARTS)) keep(name, fileURLToPath(new URL(file, folder)));
  return {
    address: (name) => `/ui/assets/${name}?v=${files.get(name)?.version}`,
    answer: (c, name) => {
      const file = files.get(name);
      if (!file) return c.notFound();
      return c.body(file.text, 200, {
        'content-type': TYPES[name.split('.').at(-1) as string] as string,
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
      });
    },
  };
}
