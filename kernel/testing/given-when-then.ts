import type { Stored } from '../event-sourcing/commit';
import type { Decider, Decision, DecisionContext } from '../event-sourcing/decider';

/** Who decides in a specification, and when, unless it says otherwise. */
export const defaultContext: DecisionContext = {
  stream: 'lab/thing/0197c0de-0000-7000-8000-000000000001',
  at: '2026-01-02T03:04:05.678Z',
  actor: { userId: 'ada', name: 'Ada' },
  message: { id: '0197c0de-0000-7000-8000-000000000002', time: '2026-01-02T03:04:05.000Z', inputHash: '0'.repeat(32) },
};

export interface Outcome {
  /** Accepted, with exactly these events. */
  then(...events: readonly Stored[]): void;
  /** Accepted, and these commands go out, in any order. */
  thenSends(...commands: readonly object[]): void;
  /** Refused with this code, and with these details where they are given. */
  thenRefused(code: string, details?: Readonly<Record<string, unknown>>): void;
  thenNothing(): void;
  /** For what the rest can't say. */
  decision: Decision<Stored>;
}

/**
 * Specifications of a decider: `given(...events).when(command).then(...events)`. A context can be given to both: of the events (when and by
 * whom) and of the decision.
 */
export const specificationOf = <State, Command, Event extends Stored>(decider: Decider<State, Command, Event>) => {
  const given = (...events: readonly Event[]) => givenIn(defaultContext, ...events);
  const givenIn = (past: DecisionContext, ...events: readonly Event[]) => {
    const state = events.reduce((before, event) => decider.evolve(before, event, past), decider.initial);
    return {
      state,
      when: (command: Command, context: Partial<DecisionContext> = {}): Outcome =>
        outcomeOf(decider.decide(command, state, { ...defaultContext, ...context })),
    };
  };
  return { given, givenIn };
};

const outcomeOf = (decision: Decision<Stored>): Outcome => ({
  decision,
  then: (...events) => {
    expect(decision).toMatchObject({ kind: 'accepted' });
    if (decision.kind === 'accepted') expect(decision.events).toEqual(events);
  },
  thenSends: (...commands) => {
    expect(decision).toMatchObject({ kind: 'accepted' });
    const sent = decision.kind === 'accepted' ? (decision.commands ?? []) : [];
    expect(sent).toHaveLength(commands.length);
    expect(sent).toEqual(expect.arrayContaining(commands.map((command) => expect.objectContaining(command) as unknown)));
  },
  thenRefused: (code, details) => {
    expect(decision).toMatchObject({ kind: 'refused', refusal: details === undefined ? { code } : { code, details } });
  },
  thenNothing: () => {
    expect(decision).toEqual({ kind: 'nothing-changed' });
  },
});
