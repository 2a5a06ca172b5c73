import { setImmediate } from 'node:timers/promises';
import type { Actor } from '@test-planning/kernel/messaging';
import { notFound } from '@test-planning/kernel/subgraph';
import type { CommandStates } from '../reading/command-states';
import type { CommandReference } from '../recording/audit-entry';
import { isDecided, type CommandRecord } from '../recording/command-record';

/** How long may take what somebody else was told already, in milliseconds: that a command was accepted, or decided. */
const BECOMES_KNOWN_MS = 2_000;

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
    return (await this.#knownForSure()).inputHash;
  }

  async type(): Promise<string> {
    return (await this.#knownForSure()).type;
  }

  async subjectId(): Promise<string> {
    return (await this.#knownForSure()).subjectId;
  }

  async acceptedAt(): Promise<string> {
    return (await this.#knownForSure()).acceptedAt;
  }

  async actor(): Promise<Actor> {
    return (await this.#knownForSure()).actor;
  }

  /** Even if nothing is known of it yet: who refers to it knows that it was accepted, so it will be. */
  protected abstract known(): Promise<CommandRecord | undefined>;

  /** @throws NOT_FOUND for a command of which nothing became known. */
  async #knownForSure(): Promise<CommandRecord> {
    const record = await this.known();
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

  protected override known(): Promise<CommandRecord> {
    return this.record();
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
    /** What was known a moment ago; and that it is decided, which may become known here a moment later. */
    private readonly before: { seen?: CommandRecord; isDecided?: boolean } = {},
  ) {
    super(reference.id);
  }

  override record(waitMs = 0): Promise<CommandRecord | undefined> {
    this.#waitMs = Math.max(this.#waitMs, waitMs);
    this.#record ??= this.#read();
    return this.#record;
  }

  protected override async known(): Promise<CommandRecord | undefined> {
    return (await this.record()) ?? this.states.readKnown(this.lab, this.reference, BECOMES_KNOWN_MS);
  }

  async #read(): Promise<CommandRecord | undefined> {
    const { seen, isDecided: isKnownToBeDecided = false } = this.before;
    if (seen && isDecided(seen.state)) return seen;
    // Behind all microtasks: by then, whatever is selected beside has said how long it waits.
    await setImmediate();
    const waitMs = Math.max(this.#waitMs, isKnownToBeDecided ? BECOMES_KNOWN_MS : 0);
    return waitMs === 0 ? this.states.read(this.lab, this.reference) : this.states.readDecided(this.lab, this.reference, waitMs);
  }
}
