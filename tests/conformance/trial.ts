import { MultipartClient, EventStreamClient } from './clients/stream';
import { ask } from './clients/http';
import { codesOf, eventsOf, finalErrors, type Following, type Result, type Subscribing } from './clients/following';
import { Socket } from './clients/socket';
import { becomes, becomesSame, holds, NotTested } from './deviation';
import type { StartedGateway } from './started-gateway';
import type { Channel } from './subgraphs/channel';
import type { Variant } from './subgraphs/feed';
import type { ServedSubgraph } from './subgraphs/served-subgraph';
import type { Tokens } from './tokens';

export type Transport = 'socket' | 'sse' | 'multipart';

/** What all points of a run share. */
export interface Field {
  /** Of the gateway under test. */
  readonly url: string;
  readonly transport: Transport;
  readonly subgraphs: Readonly<Record<'feed' | 'catalogue', ServedSubgraph>>;
  readonly tokens: Tokens;
  /** Undefined where the suite has not started it. */
  readonly gateway: StartedGateway | undefined;
  /** Of what is left to chance. */
  readonly seed: number;
  channel(name: string): Channel;
  supergraph(variant: Variant): string;
  /** Another one like that under test, for what would hurt the other points. */
  startAnother(): Promise<StartedGateway>;
}

interface Added {
  /** What is selected of each entry beside its number. */
  readonly select?: string;
  /** The number of the entry to begin behind; `now` begins with what happens from then on. Default 0. */
  readonly after?: number | 'now';
  readonly token?: string;
  readonly cursor?: string;
}

/** One point's test: its channel, its clients, and what has to be cleared away behind it. */
export class Trial {
  private readonly ends: (() => Promise<void> | void)[] = [];

  constructor(readonly field: Field, readonly channel: Channel, readonly url: string = field.url) {}

  /** Subscribes over the transport that the run is about. */
  async follow(subscribing: Subscribing): Promise<Following> {
    const { transport } = this.field;
    switch (transport) {
      case 'socket': return (await this.socket(subscribing.token)).follow(subscribing);
      case 'sse': return this.eventStream(subscribing);
      case 'multipart': return this.multipart(subscribing);
    }
  }

  /** Subscribes to this trial's channel. */
  added({ select = '', after = 0, token, cursor }: Added = {}): Promise<Following> {
    return this.follow({
      query: `subscription Added($channel: String!, $after: String) { added(channel: $channel, after: $after) { number ${select} } }`,
      variables: this.from(after), ...(token === undefined ? {} : { token }), ...(cursor === undefined ? {} : { cursor }),
    });
  }

  from(after: number | 'now'): Readonly<Record<string, unknown>> {
    return { channel: this.channel.name, ...(after === 'now' ? {} : { after: this.channel.cursorOf(after) }) };
  }

  /** Waits until the subgraph has so many subscriptions. */
  async isFollowed(times = 1): Promise<void> {
    await becomesSame('subscriptions of the subgraph:', () => this.channel.open, times);
  }

  async openSocket(protocol?: string): Promise<Socket> {
    return this.kept(await Socket.open(this.url, protocol));
  }

  async socket(token?: string, asked?: object): Promise<Socket> {
    return this.kept(await Socket.ready(this.url, token, asked));
  }

  async eventStream(subscribing: Subscribing, headers?: Readonly<Record<string, string>>): Promise<EventStreamClient> {
    const stream = await EventStreamClient.open(this.url, subscribing, headers);
    this.ends.push(() => stream.vanish());
    return stream;
  }

  async multipart(subscribing: Subscribing, headers?: Readonly<Record<string, string>>): Promise<MultipartClient> {
    const stream = await MultipartClient.open(this.url, subscribing, headers);
    this.ends.push(() => stream.vanish());
    return stream;
  }

  ask(query: string, variables: Readonly<Record<string, unknown>> = {}, token?: string): Promise<Result & { readonly status: number }> {
    return ask(this.url, query, variables, token);
  }

  /** Goes on against a gateway that nobody else uses. @throws {NotTested} if it does not start. */
  async another(): Promise<{ readonly gateway: StartedGateway; readonly trial: Trial }> {
    const gateway = await this.field.startAnother().catch((error: unknown) => {
      throw new NotTested(`a second gateway does not start: ${String(error)}`);
    });
    const trial = new Trial(this.field, this.channel, gateway.url);
    this.ends.push(() => trial.end(), () => gateway.stop());
    return { gateway, trial };
  }

  /** Whatever the point did, nothing of it is left. */
  async end(): Promise<void> {
    this.channel.release();
    for (const end of this.ends.splice(0)) await end();
  }

  private kept(socket: Socket): Socket {
    this.ends.push(() => socket.terminate());
    return socket;
  }
}

/** The numbers of the entries that came, under the name that the client gave the field. */
export const numbersOf = (following: Following, name = 'added'): readonly unknown[] =>
  eventsOf(following).map(({ data }) => (data?.[name] as { readonly number?: number } | null | undefined)?.number);

/** 1, 2, ... or the numbers from one to another. */
export const numbers = (to: number, from = 1): readonly number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Waits until exactly these entries have come. */
export const hears = (following: Following, expected: readonly number[], name?: string, withinMs?: number): Promise<unknown> =>
  becomesSame('entries', () => (following.end ? { ...following.end, errors: finalErrors(following), entries: numbersOf(following, name) } : numbersOf(following, name)), expected, withinMs);

/** Waits for an end with an error that has one of these codes. */
export const endsWith = async (following: Following, codes: readonly string[], withinMs?: number): Promise<void> => {
  await becomes('an end', () => following.end, (end) => end !== undefined, withinMs);
  const errors = finalErrors(following);
  holds(`an end with an error of the code ${codes.join(' or ')}`, codes.some((code) => codesOf(errors).includes(code)), errors ?? { end: following.end, results: following.results });
};
