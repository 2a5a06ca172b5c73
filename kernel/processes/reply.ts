import type { Commit, Stored } from '../event-sourcing/commit';
import { derivedId } from '../messaging/ids';
import type { Message, ProcessStepReference } from '../messaging/message';
import { parseStreamId } from '../messaging/streams';
import type { ProcessReply, StepEvent } from './messages';

export interface ReplyOptions {
  /** The service that answers, as `methods-worker`. */
  source: string;
  /** What the subject is called after the commit; null when it has no name that anybody may see. */
  subjectName: string | null;
  /** The step that waits for such an event, whoever caused it; undefined when none does. */
  awaitedBy?: (event: Stored) => ProcessStepReference | undefined;
}

/**
 * What a commit says to processes, to be sent to their inbox: the answer to the step that it handled, and what another step is
 * waiting for. Ids derive from the commit: published again, it is the same answer.
 */
export const replyTo = (
  commit: Commit,
  { source, subjectName, awaitedBy }: ReplyOptions,
): Message<ProcessReply['type'], ProcessReply['data']>[] => {
  const { step } = commit.message;
  const reply = (to: ProcessStepReference, content: ProcessReply): Message<ProcessReply['type'], ProcessReply['data']> => ({
    id: derivedId(commit.id, to.process, to.step),
    origin: 'reply',
    schemaVersion: 1,
    source,
    stream: to.process,
    lab: parseStreamId(to.process).lab,
    time: commit.at,
    actor: commit.actor,
    correlationId: commit.message.correlationId,
    causationId: commit.message.id,
    ...(commit.message.traceparent !== undefined && { traceparent: commit.message.traceparent }),
    ...content,
  });
  const replies = step ? [reply(step, answerOf(commit, step.step, subjectName))] : [];
  if (!awaitedBy || commit.result.kind !== 'accepted') return replies;
  const told = commit.result.events.flatMap((event) => {
    const waiting = awaitedBy(event);
    // Its own answer tells it already.
    if (!waiting || (waiting.process === step?.process && waiting.step === step.step)) return [];
    return [
      reply(waiting, {
        type: 'StepSucceeded',
        data: { step: waiting.step, events: [plain(event)], version: commit.version, subjectName },
      }),
    ];
  });
  return [...replies, ...told];
};

const answerOf = ({ result, version }: Commit, step: string, subjectName: string | null): ProcessReply =>
  result.kind === 'refused'
    ? { type: 'StepRefused', data: { step, refusal: result.refusal } }
    : {
        type: 'StepSucceeded',
        data: { step, events: result.kind === 'accepted' ? result.events.map(plain) : [], version, subjectName },
      };

const plain = ({ type, schemaVersion, data }: Stored): StepEvent => ({ type, ...(schemaVersion !== undefined && { schemaVersion }), data });
