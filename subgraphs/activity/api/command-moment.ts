import type { Actor } from '@test-planning/kernel/messaging';
import { notFound } from '@test-planning/kernel/subgraph';
import type { CommandStates } from '../reading/command-states';
import type { CommandReference } from '../recording/audit-entry';
import { isDecided, type CommandRecord } from '../recording/command-record';

/**
 * What is known of a command at one moment, as the source of its GraphQL fields: all that is selected of it reads this once, so that it fits
 * together.
 */
export abstract class CommandMoment {
  constructor(readonly id: string) {}

  /**
   * What is known of it, as soon as it is decided or after so many milliseconds: the longest time that anything selected of it asks for, if it asks
   * before the event loop's next turn. Undefined for a command that nothing is known of.
   */
  abstract record(waitMs?: number): Promise<CommandRecord | undefined>;

  async inputHash(): Promise<string> {
    return (await this.#known()).inputHash;
  }

  async type(): Promise<string> {
    return (await this.#known()).type;
  }

  async subjectId(): Promise<string> {
    return (await this.#known()).subjectId;
  }

  async acceptedAt(): Promise<string> {
    return (await this.#known()).acceptedAt;
  }

  async actor(): Promise<Actor> {
    return (await this.#known()).actor;
  }

  /** @throws NOT_FOUND for a command that nothing is known of: the subgraph that accepted it has these fields itself. */
  async #known(): Promise<CommandRecord> {
    const record = await this.record();
    if (!record) throw notFound('There is no such command.');
    return record;
  }
}

/** As it was when the record was read. */
export class PastMoment extends CommandMoment {
  constructor(private readonly read: CommandRecord) {
    super(read.id);
  }

  override record(): Promise<CommandRecord> {
    return Promise.resolve(this.read);
  }
}

/** As it is when it is first asked about. */
export class PresentMoment extends CommandMoment {
  #waitMs = 0;
  #record: Promise<CommandRecord | undefined> | undefined;

  constructor(
    private readonly states: CommandStates,
    private readonly lab: string,
    private readonly reference: CommandReference,
    /** What was known a moment ago. */
    private readonly seen?: CommandRecord,
  ) {
    super(reference.id);
  }

  override record(waitMs = 0): Promise<CommandRecord | undefined> {
    this.#waitMs = Math.max(this.#waitMs, waitMs);
    this.#record ??= this.#read();
    return this.#record;
  }

  async #read(): Promise<CommandRecord | undefined> {
    if (this.seen && isDecided(this.seen.state)) return this.seen;
    const now = await this.states.read(this.lab, this.reference);
    if (this.#waitMs === 0 || (now && isDecided(now.state))) return now;
    return this.states.readDecided(this.lab, this.reference, this.#waitMs);
  }
}
