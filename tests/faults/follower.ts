import type { LabClient } from '../system/client';
import { auditEntryFields, type AuditEntry } from './read-back';

const subscription = `subscription ($after: Cursor) { activityRecorded(after: $after) { ${auditEntryFields} } }`;

/** One who follows the audit trail, over as many connections as it takes, and goes on where it was left. */
export class Follower {
  readonly seen: AuditEntry[] = [];
  #following: Promise<void> = Promise.resolve();
  #isConnected = false;

  /** @param beginning Its place before the first entry, as a cursor. */
  constructor(private readonly beginning: string) {}

  /** Whether the subscription is open that was begun last. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  follow(client: LabClient): void {
    this.#isConnected = true;
    this.#following = this.#read(client).finally(() => {
      this.#isConnected = false;
    });
    // Awaited when the client has gone.
    this.#following.catch(() => undefined);
  }

  /** Resolves when the connection is lost. @throws whatever else ended the subscription. */
  async lost(): Promise<void> {
    await this.#following;
  }

  async #read(client: LabClient): Promise<void> {
    try {
      for await (const { data, errors } of client.subscribe(subscription, { after: this.seen.at(-1)?.cursor ?? this.beginning })) {
        if (errors || !data) throw new Error(`The subscription failed: ${JSON.stringify(errors)}`);
        this.seen.push(data.activityRecorded);
      }
    } catch (error) {
      // A lost socket is what this is about; whatever the server said itself is not.
      if (Array.isArray(error) || (error instanceof Error && error.message.startsWith('The subscription failed'))) {
        throw error instanceof Error ? error : new Error(`The subscription was refused: ${JSON.stringify(error)}`);
      }
    }
  }
}
