/** Server-sent events, read from the bytes of an answer as they come. */

export interface ServerEvent {
  readonly name: string;
  /** Where to go on, where the event says so. */
  readonly id: string | undefined;
  /** Parsed; undefined for an event that only says where to go on. */
  readonly data: unknown;
}

export async function* serverEvents(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of bytes) {
    rest += decoder.decode(piece, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = read(block);
      if (event.id !== undefined || event.data !== undefined) yield event;
    }
  }
}

function read(block: string): ServerEvent {
  let name = 'message';
  let id: string | undefined;
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') name = value;
    else if (field === 'id') id = value;
    else if (field === 'data') data.push(value);
  }
  return { name, id, data: data.length === 0 ? undefined : JSON.parse(data.join('\n')) };
}
