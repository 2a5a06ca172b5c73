import { z } from 'zod';
import { fieldChange, version } from './fields';
import { refusal } from './processes';

const subject = z.object({
  /** Null for a thing that never was. */
  name: z.string().nullable(),
  creatorId: z.string().nullable(),
  deleted: z.boolean(),
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
  /** The user's command that this decides, when it does: of a process, that is when it ends. */
  decides: z.object({ commandId: z.string(), inputHash: z.string(), durationMs: z.number() }).nullable(),
};

/** The body of one published event: message type = the event's type. */
export const publishedEvent = z.object({ kind: z.literal('event'), ...published, event: z.unknown() });
/** Message type = `<Command>Refused`. */
export const publishedRefusal = z.object({ kind: z.literal('refusal'), ...published, refusal });
/** Message type = `NothingChanged`. */
export const publishedNothing = z.object({ kind: z.literal('nothing-changed'), ...published });

/** The body of every message on an events topic. */
export const publication = z.discriminatedUnion('kind', [publishedEvent, publishedRefusal, publishedNothing]);
export type Publication = z.output<typeof publication>;
