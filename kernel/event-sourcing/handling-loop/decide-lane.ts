import type { NewLogRecord } from '../../messaging/log';
import type { StreamId } from '../../messaging/streams';
import type { ViewWrite } from '../../read-models/read-models';
import type { Commit, CommitResult, OutgoingCommand, Stored } from '../commit';
import { reusedCommitId } from '../commit-id';
import { refuse, type Decision } from '../decider';
import { withVersion, type EventVersions } from '../event-versions';
import { foldCommit } from '../fold';
import type { ReadableMessage, WorkerDefinition } from './definition';
import { errorText } from './error-text';
import type { History, Step } from './history';
import type { Lane } from './receive';
import { misfitIn, TOO_LARGE, type FollowUps } from './sizes';
import type { Aggregate } from './state-cache';

/** How far a lane came. `index` is that of the message which it could not get past. */
export type LaneEnd =
  | { kind: 'complete' }
  /** Nothing has happened because of the message, so it can be set aside. */
  | { kind: 'failed'; index: number; error: string; canRetry: boolean }
  /** It has happened, but what follows from it can't be said: nothing behind it may go on until it can. */
  | { kind: 'paused'; index: number; error: string };

export interface DecidedLane<State, Command, Event extends Stored> {
  lane: Lane<Command>;
  /** To be appended, in order. */
  commits: Commit<Event>[];
  /** Of these and of the known commits that its messages made before. */
  writes: ViewWrite[];
  publications: NewLogRecord[];
  aggregate: Aggregate<State>;
  end: LaneEnd;
}

interface LaneContext<State, Event extends Stored> {
  history: History<State, Event>;
  /** Commit ids that are known to be taken. One that is not among the stream's own is taken by another stream. */
  takenIds: ReadonlySet<string>;
  /** Now, as RFC 3339. */
  at: string;
}

const REUSED = refuse('COMMAND_ID_REUSED', 'This command id was used before, for something else.');

/** Decides a lane's messages in order, each on the state that the one before left. Pure. */
export const decideLane = <State, Command, Event extends Stored>(
  definition: WorkerDefinition<State, Command, Event>,
  lane: Lane<Command>,
  { history, takenIds, at }: LaneContext<State, Event>,
): DecidedLane<State, Command, Event> => {
  const decided: DecidedLane<State, Command, Event> = {
    lane, commits: [], writes: [], publications: [], aggregate: history.aggregate, end: { kind: 'complete' },
  };
  const made = new Map<string, Step<State, Event>>();
  const answered = new Set<string>();

  const followUpsOf = ({ commit, before, after }: Step<State, Event>) =>
    ({ commit, writes: definition.project(commit, after), publications: definition.publish(commit, before, after) });

  const follow = ({ writes, publications }: Omit<FollowUps, 'commit'>): void => {
    for (const write of writes) decided.writes.push(write);
    for (const publication of publications) decided.publications.push(publication);
  };

  for (const [index, received] of lane.received.entries()) {
    if (received.kind === 'unreadable') {
      decided.end = { kind: 'failed', index, error: received.reason, canRetry: false };
      return decided;
    }
    const { id, isReused } = identify(received, (known) => made.get(known) ?? history.known.get(known), takenIds);
    if (made.has(id) || answered.has(id)) continue;
    const stored = history.known.get(id);
    if (stored) {
      try {
        follow(followUpsOf(stored));
      } catch (error) {
        decided.end = { kind: 'paused', index, error: errorText(error) };
        return decided;
      }
      answered.add(id);
      continue;
    }
    try {
      let step = decideOne(definition, received, id, isReused ? REUSED : undefined, decided.aggregate, at);
      // What follows is worked out before the append: should it fail, nothing has happened yet and the message can be set aside.
      let followUps = followUpsOf(step);
      let misfit = misfitIn(followUps);
      if (misfit !== undefined && isCommand(received)) {
        step = decideOne(definition, received, id, TOO_LARGE, decided.aggregate, at);
        followUps = followUpsOf(step);
        misfit = misfitIn(followUps);
      }
      if (misfit !== undefined) {
        decided.end = { kind: 'failed', index, error: misfit, canRetry: false };
        return decided;
      }
      follow(followUps);
      made.set(id, step);
      decided.commits.push(step.commit);
      decided.aggregate = { state: step.after, sequence: step.commit.sequence, at: step.commit.at };
    } catch (error) {
      decided.end = { kind: 'failed', index, error: errorText(error), canRetry: true };
      return decided;
    }
  }
  return decided;
};

/** A reply or a timer tells a process what is so: it can't be refused. */
const isCommand = ({ message: { origin } }: ReadableMessage<unknown>): boolean => origin === 'client' || origin === 'process';

/** Under which id the message's commit stands, or will stand. */
const identify = (
  { message, commitId, hash }: ReadableMessage<unknown>,
  find: (id: string) => { commit: Commit } | undefined,
  takenIds: ReadonlySet<string>,
): { id: string; isReused: boolean } => {
  const first = find(commitId);
  const isReused = first ? first.commit.inputHash !== hash : takenIds.has(commitId);
  return { id: isReused ? reusedCommitId(message, hash) : commitId, isReused };
};

const decideOne = <State, Command, Event extends Stored>(
  definition: WorkerDefinition<State, Command, Event>,
  { message, command, hash }: ReadableMessage<Command>,
  id: string,
  /** Where it doesn't depend on the state. */
  settled: Decision<Event> | undefined,
  aggregate: Aggregate<State>,
  now: string,
): Step<State, Event> => {
  const { decider } = definition;
  // Clocks of two machines differ; a stream's time doesn't go back.
  const at = now > aggregate.at ? now : aggregate.at;
  const stream: StreamId = message.stream;
  const before = aggregate.state;
  const decision = settled ?? decider.decide(command, before, {
    stream, at, actor: message.actor, message: { id: message.id, time: message.time, inputHash: hash }, ...(message.step && { step: message.step }),
  });
  const unversioned: Commit<Event> = {
    id,
    stream,
    sequence: aggregate.sequence + 1,
    version: 0,
    inputHash: hash,
    at,
    actor: message.actor,
    message: {
      id: message.id, origin: message.origin, type: message.type, time: message.time, correlationId: message.correlationId,
      ...(message.step && { step: message.step }),
      ...(message.traceparent !== undefined && { traceparent: message.traceparent }),
    },
    ...outcomeOf(decision, definition.eventVersions),
  };
  const after = foldCommit(decider, before, unversioned);
  return { commit: { ...unversioned, version: definition.versionOf(after) }, before, after };
};

const outcomeOf = <Event extends Stored>(decision: Decision<Event>, versions: EventVersions | undefined): { result: CommitResult<Event>; commands?: readonly OutgoingCommand[] } => {
  if (decision.kind !== 'accepted') return { result: decision };
  const { events, commands } = decision;
  return { result: { kind: 'accepted', events: events.map((event) => withVersion(event, versions)) }, ...(commands && commands.length > 0 && { commands }) };
};
