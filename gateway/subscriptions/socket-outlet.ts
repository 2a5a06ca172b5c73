import { MessageType } from 'graphql-ws';
import type { GraphQLError } from 'graphql';
import type { ClientSocket } from './client-socket';
import type { Delivery } from './delivery';
import type { Outlet } from './outlet';
import { utf8Of } from './utf8';

/** What a subscription's outlet needs of the conversation that it is part of. */
interface Conversation {
  readonly wire: ClientSocket;
  /** Tells a position soon, together with those of the socket's other subscriptions. */
  position(id: string, cursor: string): void;
  /** Tells a subscription's position now, if it waits: what is sent next lies behind it. */
  tellPosition(id: string): void;
  /** The id is free again. */
  over(id: string): void;
}

/** One subscription on a socket, as messages of graphql-transport-ws. */
export class SocketOutlet implements Outlet {
  private readonly before: string;

  constructor(private readonly id: string, private readonly conversation: Conversation) {
    this.before = utf8Of(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
  }

  get isFull(): boolean {
    return this.conversation.wire.isFull;
  }

  next(delivery: Delivery): boolean {
    this.conversation.tellPosition(this.id);
    return this.conversation.wire.deliver(this.before, delivery);
  }

  position(cursor: string): void {
    this.conversation.position(this.id, cursor);
  }

  error(errors: readonly GraphQLError[]): void {
    this.conversation.tellPosition(this.id);
    this.conversation.over(this.id);
    this.conversation.wire.send(JSON.stringify({ id: this.id, type: MessageType.Error, payload: errors }));
  }

  complete(): void {
    this.conversation.tellPosition(this.id);
    this.conversation.over(this.id);
    this.conversation.wire.send(JSON.stringify({ id: this.id, type: MessageType.Complete }));
  }
}
