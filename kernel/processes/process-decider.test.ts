import { defaultContext, specificationOf } from '../testing';
import type { ProcessEvent, ProcessReply, StartCommand, StepEvent } from './messages';
import type { ProcessState } from './process';
import { processDecider } from './process-decider';
import type { CompensableStep, Protocol, Step } from './protocol';

/** A journey: reserve the seats, then charge the card, then send the tickets. */
interface Journey extends StartCommand {
  type: 'Journey';
  data: { trains: string[] };
}

const step = (name: string, id: string): Step => ({
  name,
  topic: 'commands',
  subject: { kind: 'thing', id },
  command: { type: name, data: {} },
});
const reserve = (train: string): CompensableStep => ({
  ...step('reserve', train),
  undo: { name: 'release', command: { type: 'release', data: {} } },
});

const journey: Protocol<Journey['data']> = {
  prepare: [({ input }) => input.trains.map(reserve)],
  decide: () => step('charge', 'card'),
  forward: [
    ({ resultsOf }) =>
      resultsOf('reserve').flatMap(({ subjectId, events }) => (events.length > 0 ? [step('send', subjectId)] : [])),
    () => [step('greet', 'person')],
  ],
};

const start: Journey = { type: 'Journey', data: { trains: ['a', 'b'] } };
const context = { ...defaultContext, stream: 'lab/process/p' } as const;
const decider = processDecider<Journey>({ Journey: journey }, { deadlineMs: 1000 });
const { givenIn } = specificationOf<ProcessState, Journey | ProcessReply, ProcessEvent>(decider);

const seat: StepEvent = { type: 'SeatReserved', data: { seat: 7 } };
const success = (id: string, ...events: StepEvent[]): ProcessReply => ({
  type: 'StepSucceeded',
  data: { step: id, events, version: 1, subjectName: null },
});
const noSeats = { code: 'NO_SEATS', message: 'There is no seat.' };
const refusal = (id: string): ProcessReply => ({ type: 'StepRefused', data: { step: id, refusal: noSeats } });
const deadline: ProcessReply = { type: 'DeadlinePassed', data: {} };

/** What has happened when these messages have been handled, one after the other. */
const after = (...messages: (Journey | ProcessReply)[]) => {
  const events: ProcessEvent[] = [];
  for (const message of messages) {
    const { state } = givenIn(context, ...events);
    const decision = decider.decide(message, state, context);
    if (decision.kind === 'accepted') events.push(...decision.events);
  }
  return givenIn(context, ...events);
};
const when = (message: Journey | ProcessReply, ...past: (Journey | ProcessReply)[]) => after(...past).when(message, context);
const stateAfter = (...messages: (Journey | ProcessReply)[]) => {
  const { state } = after(...messages);
  if (state.kind !== 'process') throw new Error('Nothing was started');
  return state;
};

describe('starting', () => {
  test('records who asked for what until when, and sends the first phase at once', () => {
    when(start).then(
      {
        type: 'ProcessStarted',
        data: { type: 'Journey', input: start.data, command: { ...context.message }, deadline: '2026-01-02T03:04:06.678Z' },
      },
      {
        type: 'StepsSent',
        data: {
          phase: 0,
          steps: [
            { id: 'reserve/a', name: 'reserve', subject: 'lab/thing/a', compensates: null },
            { id: 'reserve/b', name: 'reserve', subject: 'lab/thing/b', compensates: null },
          ],
        },
      },
    );
    when(start).thenSends(
      { topic: 'commands', stream: 'lab/thing/a', step: 'reserve/a', type: 'reserve' },
      { stream: 'lab/thing/b', step: 'reserve/b' },
    );
  });
  test('again changes nothing', () => {
    when(start, start).thenNothing();
  });
  test('passes over a phase without steps', () => {
    when({ type: 'Journey', data: { trains: [] } }).thenSends({ step: 'charge/card' });
  });
  test('is what everything else needs', () => {
    for (const message of [success('reserve/a'), refusal('reserve/a'), deadline]) when(message).thenNothing();
  });
});

describe('a phase of thousands of steps', () => {
  const trains = Array.from({ length: 2_500 }, (_, index) => `t${index}`);
  const toSend: ProcessReply[] = trains.map((train) => success(`reserve/${train}`, seat));
  const commandsOf = (state: ProcessState, message: Journey | ProcessReply) => {
    const decision = decider.decide(message, state, context);
    if (decision.kind !== 'accepted') return { state, commands: [] };
    return { state: decision.events.reduce((before, event) => decider.evolve(before, event, context), state), commands: decision.commands ?? [] };
  };

  test('is sent in parts of 1,000, each when the one before it is answered, and then the next phase', () => {
    let at = commandsOf(decider.initial, { type: 'Journey', data: { trains } });
    const sent: number[] = [at.commands.length];
    for (const reply of toSend) {
      at = commandsOf(at.state, reply);
      if (at.commands.length > 0) sent.push(at.commands.length);
    }
    expect(sent).toEqual([1_000, 1_000, 500, 1]);
  });

  test('is undone as far as it was sent', () => {
    const begun = commandsOf(decider.initial, { type: 'Journey', data: { trains } });
    expect(commandsOf(begun.state, refusal('reserve/t0')).commands).toHaveLength(999);
  });
});

describe('before the pivot', () => {
  test('waits until every step of the phase is answered', () => {
    when(success('reserve/a', seat), start).thenSends();
    when(success('reserve/b'), start, success('reserve/a', seat)).thenSends({ step: 'charge/card' });
  });
  test('a refusal undoes every other step, the unanswered ones as well', () => {
    when(refusal('reserve/a'), start).thenSends({ step: 'release/b', stream: 'lab/thing/b', type: 'release' });
    when(refusal('reserve/b'), start, success('reserve/a', seat)).thenSends({ step: 'release/a' });
  });
  test('the deadline undoes all of them', () => {
    when(deadline, start, success('reserve/a')).thenSends({ step: 'release/a' }, { step: 'release/b' });
    const { state, steps } = stateAfter(start, success('reserve/a'), deadline);
    expect(state).toBe('COMPENSATING');
    expect([...steps.values()].map(({ id, state: its }) => [id, its])).toEqual([
      ['reserve/a', 'DONE'],
      ['reserve/b', 'TIMED_OUT'],
      ['release/a', 'WAITING'],
      ['release/b', 'WAITING'],
    ]);
  });
  test('the deciding step may refuse: what was prepared is undone', () => {
    when(refusal('charge/card'), start, success('reserve/a'), success('reserve/b')).thenSends(
      { step: 'release/a' },
      { step: 'release/b' },
    );
  });
});

describe('being undone', () => {
  test('ends when every compensation is answered, with the refusal that was its cause', () => {
    when(success('release/b'), start, refusal('reserve/a')).then(
      { type: 'ProcessStepSucceeded', data: { step: 'release/b', events: [], version: 1, subjectName: null } },
      { type: 'ProcessStepsTimedOut', data: { steps: ['reserve/b'] } },
      { type: 'ProcessCompensated', data: { refusal: { ...noSeats, details: { subjectId: 'a' } } } },
    );
  });
  test('ends at once when there is nothing to undo', () => {
    const one: Journey = { type: 'Journey', data: { trains: ['a'] } };
    expect(stateAfter(one, refusal('reserve/a'))).toMatchObject({ state: 'COMPENSATED', endedAt: context.at });
  });
  test('tells the first refusal in the order of the steps, whichever came first', () => {
    const a = stateAfter(start, refusal('reserve/a'), refusal('reserve/b'), success('release/b'));
    const b = stateAfter(start, refusal('reserve/b'), refusal('reserve/a'), success('release/a'));
    expect(a.refusal).toEqual({ ...noSeats, details: { subjectId: 'a' } });
    expect(b.refusal).toEqual(a.refusal);
  });
  test('tells that it took too long, whatever was refused later', () => {
    const { refusal: told } = stateAfter(start, deadline, success('release/a'), success('release/b'));
    expect(told).toEqual({
      code: 'TIMED_OUT',
      message: 'It took too long and was undone.',
      details: { waitingFor: ['reserve/a', 'reserve/b'] },
    });
  });
  test('goes on when a compensation is refused: there is nothing left to undo', () => {
    expect(stateAfter(start, refusal('reserve/a'), refusal('release/b')).state).toBe('COMPENSATED');
  });
  test('is not stopped by late answers or the deadline', () => {
    when(success('reserve/a'), start, deadline).thenNothing();
    when(refusal('reserve/a'), start, deadline).thenNothing();
    when(deadline, start, refusal('reserve/a')).thenNothing();
    when(deadline, start, deadline).thenNothing();
  });
  test('notes the answer of a step that it did not wait for', () => {
    when(success('reserve/b'), start, refusal('reserve/a')).then({
      type: 'ProcessStepSucceeded',
      data: { step: 'reserve/b', events: [], version: 1, subjectName: null },
    });
  });
});

describe('once the deciding step is sent', () => {
  const sent = [start, success('reserve/a', seat), success('reserve/b')];
  test('the deadline undoes nothing: it is an alarm', () => {
    when(deadline, ...sent).then({ type: 'ProcessStuck', data: { waitingFor: ['charge/card'] } });
    expect(stateAfter(...sent, deadline).state).toBe('STUCK');
  });
  test('its answer decides, late as it may be', () => {
    when(success('charge/card'), ...sent, deadline).thenSends({ step: 'send/a' });
    when(refusal('charge/card'), ...sent, deadline).thenSends({ step: 'release/a' }, { step: 'release/b' });
  });
});

describe('behind the pivot', () => {
  const decided = [start, success('reserve/a', seat), success('reserve/b'), success('charge/card')];
  test('what comes next follows from the answers', () => {
    when(success('charge/card'), ...decided.slice(0, -1)).thenSends({ step: 'send/a' });
  });
  test('a refusal counts as an answer, and is remembered', () => {
    when(refusal('send/a'), ...decided).thenSends({ step: 'greet/person' });
    expect(stateAfter(...decided, refusal('send/a')).steps.get('send/a')).toMatchObject({ state: 'REFUSED', refusal: noSeats });
  });
  test('being overdue is an alarm, and it still completes', () => {
    expect(stateAfter(...decided, deadline).state).toBe('STUCK');
    expect(stateAfter(...decided, deadline, success('send/a'), success('greet/person')).state).toBe('COMPLETED');
  });
  test('it completes with the last answer', () => {
    when(success('greet/person'), ...decided, success('send/a')).then(
      { type: 'ProcessStepSucceeded', data: { step: 'greet/person', events: [], version: 1, subjectName: null } },
      { type: 'ProcessCompleted', data: {} },
    );
  });
  test('once it has ended, nothing changes it', () => {
    const all = [...decided, success('send/a'), success('greet/person')];
    for (const message of [start, success('reserve/a'), refusal('send/a'), deadline]) when(message, ...all).thenNothing();
  });
});

describe('answers', () => {
  test('count once', () => {
    when(success('reserve/a', seat), start, success('reserve/a')).thenNothing();
    when(refusal('reserve/a'), start, success('reserve/a')).thenNothing();
  });
  test('to unknown steps count for nothing', () => {
    when(success('reserve/z'), start).thenNothing();
    when(success('charge/card'), start).thenNothing();
  });
  test('can be told to be the one that is waited for', () => {
    const patient = processDecider<Journey>(
      { Journey: { prepare: [() => [{ ...reserve('a'), until: (events) => events.length > 0 }]], forward: [] } },
      { deadlineMs: 1000 },
    );
    const { givenIn: patientGiven } = specificationOf<ProcessState, Journey | ProcessReply, ProcessEvent>(patient);
    const begun = patient.decide(start, patient.initial, context);
    const events = begun.kind === 'accepted' ? begun.events : [];
    patientGiven(context, ...events)
      .when(success('reserve/a'), context)
      .thenNothing();
    expect(patientGiven(context, ...events).when(success('reserve/a', seat), context).decision).toMatchObject({
      kind: 'accepted',
      events: [{ type: 'ProcessStepSucceeded' }, { type: 'ProcessCompleted' }],
    });
  });
});
