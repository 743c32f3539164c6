/** A reporter for node's test runner that writes the totals of a run as one JSON line. */

// biome-ignore lint/style/noDefaultExport: node:test takes a reporter from the default export
export default async function* counts(source) {
  for await (const { type, data } of source) {
    if (type === 'test:summary' && data.file === undefined) yield `${JSON.stringify(data.counts)}\n`;
  }
}
