/** node's spec reporter without its table of coverage, a line for each of a thousand files. */

import { Readable } from 'node:stream';
import { spec } from 'node:test/reporters';

async function* withoutCoverage(source) {
  for await (const event of source) if (event.type !== 'test:coverage') yield event;
}

// biome-ignore lint/style/noDefaultExport: node:test takes a reporter from the default export
export default async function* report(source) {
  yield* Readable.from(withoutCoverage(source)).pipe(new spec());
}
