/** The API told about itself: its OpenAPI document and a page for people. */

import { FREE } from './answer-schemas.ts';
import { apiPage } from './api-page.ts';
import { openApi } from './openapi.ts';
import { type Route, route } from './route.ts';

/** @param routes all there are, these included */
export function documentRoutes(routes: () => readonly Route[]): Route[] {
  let made: object | undefined;
  const document = (version: string) => {
    made ??= openApi(routes(), version);
    return made;
  };
  return [
    route({
      method: 'GET',
      path: '/openapi.json',
      tag: 'Documents',
      summary: 'This API as OpenAPI 3.1',
      permission: 'enter',
      answers: { 200: { description: 'The document', schema: FREE } },
      answer: (c, { version }) => c.json(document(version)),
    }),
    route({
      method: 'GET',
      path: '/docs',
      tag: 'Documents',
      summary: 'This API as a page',
      permission: 'enter',
      answers: { 200: { description: 'A page', type: 'text/html' } },
      answer: (c, { version }) => c.html(apiPage(document(version))),
    }),
  ];
}
