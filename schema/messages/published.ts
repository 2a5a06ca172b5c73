import { z } from 'zod';
import { fieldChange, version } from './fields';
import { refusal } from './processes';

/** So many of the things that one command reached are listed in its outcome. */
export const LISTED_SUBJECTS = 200;

const subject = z.object({
  /** Null for a thing that never was. */
  name: z.string().nullable(),
  creatorId: z.string().nullable(),
  deleted: z.boolean(),
});

const userCommand = {
  commandId: z.string(),
  inputHash: z.string(),
  type: z.string(),
  acceptedAt: z.string(),
};

const decided = z.object({
  ...userCommand,
  /** Milliseconds from its acceptance to its decision. */
  durationMs: z.number(),
  /** The stream of the experiment or method that it is about; null when it is about none, or about many. */
  subject: z.string().nullable(),
  /** Everything that it created, changed or deleted, at most `LISTED_SUBJECTS`; left out by what decides on one thing alone. `name`: of a deleted one. */
  subjects: z.array(z.object({ stream: z.string(), deleted: z.boolean(), name: z.string().nullable() })).max(LISTED_SUBJECTS).optional(),
  /** The subject's version after it; null without a subject, or when it isn't known. */
  version: version.nullable(),
});

/** What stands in every message on an events topic, whichever type it has. */
const published = {
  /** The commit's place in its stream. */
  sequence: version,
  /** The thing's version after it; 0 for a thing that never was. */
  version: z.int().min(0),
  /** The command that was handled: its id, type, whether a user sent it, and the milliseconds from its acceptance to its decision. */
  command: z.object({ id: z.string(), type: z.string(), origin: z.enum(['client', 'process', 'reply', 'timer']), inputHash: z.string(), durationMs: z.number() }),
  subject,
  /** The change as the history shows it, or null when it is none that a person sees. */
  change: z.object({ version, type: z.string(), reason: z.string().nullable(), fields: z.array(fieldChange) }).nullable(),
  /**
   * The user's command that this decides, when it does: of a process, that is when it ends; of a commit with several events, its last message.
   * It is whole, so that the outcome is known even to those who have not heard of the command yet.
   */
  decides: decided.nullable(),
};

/** The body of one published event: message type = the event's type. */
export const publishedEvent = z.object({ kind: z.literal('event'), ...published, event: z.unknown() });
/** Message type = `<Command>Refused`. */
export const publishedRefusal = z.object({ kind: z.literal('refusal'), ...published, refusal });
/** Message type = `NothingChanged`. */
export const publishedNothing = z.object({ kind: z.literal('nothing-changed'), ...published });

/**
 * Message type = `CommandParked`: a command's key was set aside after all attempts. `command` is null for what is no user's command; `input` holds
 * the short texts at the top of what the message carried, and in notices that were published before, all of it.
 */
export const publishedParked = z.object({ kind: z.literal('parked'), command: z.object(userCommand).nullable(), input: z.unknown() });

/** The body of every message on an events topic. */
export const publication = z.discriminatedUnion('kind', [publishedEvent, publishedRefusal, publishedNothing, publishedParked]);
export type Publication = z.output<typeof publication>;
