export interface ServerSentEvent {
  readonly event: string | undefined;
  readonly data: string | undefined;
  readonly id: string | undefined;
  readonly retry: number | undefined;
  /** A line that says nothing, to show that the connection lives. */
  readonly isComment: boolean;
}

/** Server-sent events (WHATWG HTML, 9.2.6) from the chunks they come in. */
export class EventStreamReader {
  private rest = '';

  read(chunk: string): readonly ServerSentEvent[] {
    const blocks = (this.rest + chunk).replaceAll('\r\n', '\n').split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.filter((block) => block !== '').map(eventOf);
  }
}

function eventOf(block: string): ServerSentEvent {
  const lines = block.split('\n');
  const valuesOf = (name: string): readonly string[] => lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ''));
  const data = valuesOf('data');
  const retry = valuesOf('retry').at(-1);
  return {
    event: valuesOf('event').at(-1),
    id: valuesOf('id').at(-1),
    data: data.length === 0 ? undefined : data.join('\n'),
    retry: retry === undefined ? undefined : Number(retry),
    isComment: lines.every((line) => line.startsWith(':')),
  };
}
