import { message, ownProcess, start, type Spawned } from '../spawned';
import type { Listening, Publish } from './messages';

const LISTENS_WITHIN_MS = 30_000;
const one: Publish = { publish: true };

/** A server of numbered events, and the number of the last that it was told to publish. */
export class Publisher {
  private constructor(readonly process: Spawned, readonly url: string, public head: number) {}

  /** On a free port, or on the port of one that was killed; with as many events as it is to have already. */
  static async feed(port = 0, head = 0): Promise<Publisher> {
    const [file = '', script = ''] = ownProcess('feed');
    return Publisher.listening(start([file, script, String(port), String(head)], { on: 'others' }), head);
  }

  static bare(nodeFlags: readonly string[]): Promise<Publisher> {
    const [file = '', script = ''] = ownProcess('bare');
    return Publisher.listening(start([file, ...nodeFlags, script], { on: 'server' }), 0);
  }

  private static async listening(process: Spawned, head: number): Promise<Publisher> {
    const { url } = (await message(process, LISTENS_WITHIN_MS, 'a server of events to listen')) as Listening;
    return new Publisher(process, url, head);
  }

  readonly publish = (): void => {
    this.head += 1;
    this.process.child.send(one);
  };
}
