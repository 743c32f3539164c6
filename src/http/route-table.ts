/** From a method and a path to the route that answers it. */

import type { Method, Route } from './route.ts';

interface Line {
  readonly route: Route;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

export interface Found {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export class RouteTable {
  readonly routes: readonly Route[];
  readonly #lines: readonly Line[];

  /** Of several routes that fit, the first one answers. */
  constructor(routes: readonly Route[]) {
    this.routes = routes;
    this.#lines = routes.map(lineOf);
  }

  /** HEAD is answered by what answers GET. */
  find(method: string, path: string): Found | undefined {
    const asked = method === 'HEAD' ? 'GET' : method;
    for (const { route, pattern, names } of this.#lines) {
      const match = route.method === asked ? pattern.exec(path) : null;
      if (!match) continue;
      const params = names.map((name, i) => [name, decodePath(match[i + 1] as string)] as const);
      return { route, params: Object.fromEntries(params) };
    }
    return undefined;
  }

  /** What the path can be asked with; nothing where there is no such path. */
  methods(path: string): string[] {
    const found = new Set<Method>();
    for (const { route, pattern } of this.#lines) if (pattern.test(path)) found.add(route.method);
    return [...found].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  }
}

function lineOf(route: Route): Line {
  const names: string[] = [];
  const source = route.path
    .split(/(\{\w+\*?\})/)
    .map((part) => {
      const name = /^\{(\w+)(\*?)\}$/.exec(part);
      if (!name) return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
      names.push(name[1] as string);
      return name[2] ? '(.+)' : '([^/]+)';
    })
    .join('');
  return { route, pattern: new RegExp(`^${source}$`), names };
}

/** Each segment by itself: an escaped slash is one like any other. One that no id can be stays as it was written. */
function decodePath(text: string): string {
  const decode = (segment: string) => {
    try {
      const decoded = decodeURIComponent(segment);
      // Postgres has no U+0000: asked for it, it would answer with an error
      return decoded.includes('\0') ? segment : decoded;
    } catch {
      return segment;
    }
  };
  return text.split('/').map(decode).join('/');
}
