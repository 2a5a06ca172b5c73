import type { Commit, CommitResult } from '../event-sourcing/commit';
import type { Origin } from '../messaging/message';

type Members = Readonly<Record<string, unknown>>;

/**
 * What was stored, if it is a commit on the outside; events and commands are parsed by those who know them. Cheap, as a rebuild asks it of every commit there is.
 * @throws {TypeError} naming the commit and what is wrong with it.
 */
export const asCommit = (id: unknown, stored: unknown): Commit => {
  const flaw = isMembers(stored) ? flawIn(stored) : 'it is no object';
  if (flaw !== undefined) throw new TypeError(`What is stored as the commit ${JSON.stringify(id)} can't be read: ${flaw}`);
  return stored as Commit;
};

const flawIn = (commit: Members): string | undefined => {
  const { sequence, version, actor, message, result, commands } = commit;
  if (!isWhole(sequence) || sequence === 0) return 'its sequence is no number from 1 on';
  if (!isWhole(version)) return 'its version is no number from 0 on';
  if (!isMembers(actor)) return 'it has no actor';
  if (!isMembers(message)) return 'it has no message';
  if (!isMembers(result)) return 'it has no result';
  return textMissing(commit, OWN_TEXTS, 'its') ?? textMissing(actor, ACTOR_TEXTS, "its actor's") ?? flawInMessage(message) ?? flawInResult(result)
    ?? (commands === undefined || Array.isArray(commands) ? undefined : 'its commands are no list');
};

const flawInMessage = (message: Members): string | undefined => {
  const { origin, step, traceparent } = message;
  if (typeof origin !== 'string' || !Object.hasOwn(ORIGINS, origin)) return `its message's origin is ${JSON.stringify(origin)}`;
  if (step !== undefined && (!isMembers(step) || textMissing(step, STEP_TEXTS, '') !== undefined)) return "its message's step names no step of a process";
  if (traceparent !== undefined && typeof traceparent !== 'string') return "its message's traceparent is no text";
  return textMissing(message, MESSAGE_TEXTS, "its message's");
};

const flawInResult = ({ kind, events, refusal }: Members): string | undefined => {
  switch (kind as CommitResult['kind']) {
    case 'accepted': return Array.isArray(events) ? undefined : 'it is accepted and its events are no list';
    case 'refused': return isMembers(refusal) && typeof refusal.code === 'string' ? undefined : 'it is refused and has no refusal with a code';
    case 'nothing-changed': return undefined;
    default: return `its result is ${JSON.stringify(kind)}`;
  }
};

const OWN_TEXTS = ['id', 'stream', 'inputHash', 'at'] as const satisfies (keyof Commit)[];
const ACTOR_TEXTS = ['userId', 'name'] as const satisfies (keyof Commit['actor'])[];
const MESSAGE_TEXTS = ['id', 'type', 'time', 'correlationId'] as const satisfies (keyof Commit['message'])[];
const STEP_TEXTS = ['process', 'step'] as const;
const ORIGINS: Readonly<Record<Origin, true>> = { client: true, process: true, reply: true, timer: true };

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null;

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const textMissing = (members: Members, names: readonly string[], whose: string): string | undefined => {
  for (const name of names) if (typeof members[name] !== 'string') return `${whose} ${name} is no text`;
  return undefined;
};
