import type { OutgoingCommand } from '../event-sourcing/commit';
import { nothingChanged, type Decision, type DecisionContext, type Refusal } from '../event-sourcing/decider';
import { parseStreamId, streamId } from '../messaging/streams';
import type { ProcessEvent, SentStep, StepEvent } from './messages';
import { evolve, type Process, type ProcessState, type ProcessStep } from './process';
import type { CompensableStep, Phase, ProcessRun, Protocol, Step } from './protocol';

type Role = 'prepare' | 'decide' | 'forward';

/** The code of a process that was undone because its deadline had passed; no step is ever refused with it. */
export const TIMED_OUT = 'TIMED_OUT';

/** Steps that one commit sends, at most: so it fits into what a store and the log take, however many steps a phase has. */
const STEPS_AT_ONCE = 1_000;

/** One decision in the making: what is recorded counts at once, so that what follows is decided upon it. */
export class Turn {
  private readonly events: ProcessEvent[] = [];
  private readonly commands: OutgoingCommand[] = [];
  private readonly lab: string;
  private readonly id: string;

  constructor(
    private readonly protocol: Protocol<unknown>,
    private state: ProcessState,
    private readonly context: DecisionContext,
  ) {
    const { lab, id } = parseStreamId(context.stream);
    this.lab = lab;
    this.id = id;
  }

  get process(): Process {
    if (this.state.kind !== 'process') throw new TypeError('The process has not been started.');
    return this.state;
  }

  record(event: ProcessEvent): void {
    this.events.push(event);
    this.state = evolve(this.state, event, this.context);
  }

  decision(): Decision<ProcessEvent> {
    const [first, ...rest] = this.events;
    return first ? { kind: 'accepted', events: [first, ...rest], commands: this.commands } : nothingChanged;
  }

  waitsFor(stepId: string): boolean {
    return this.process.steps.get(stepId)?.state === 'WAITING';
  }

  waiting(): string[] {
    return [...this.process.steps.values()].filter(({ state }) => state === 'WAITING').map(({ id }) => id);
  }

  /** Whether this success is the one that the step waits for. */
  isEnough(stepId: string, events: readonly StepEvent[]): boolean {
    if (this.process.steps.get(stepId)?.compensates) return true;
    const step = this.stepsOf(this.process.phase).find((candidate) => idOf(candidate) === stepId);
    return step?.until?.(events) ?? true;
  }

  /** What the phase is that was sent last. */
  role(phase = this.process.phase): Role {
    const { prepare, decide } = this.protocol;
    if (phase < prepare.length) return 'prepare';
    return decide && phase === prepare.length ? 'decide' : 'forward';
  }

  /** Once all steps are answered: sends the rest of the phase, or of the next phase that has any, or ends. */
  advance(): void {
    if (this.waiting().length > 0) return;
    const { prepare, decide, forward } = this.protocol;
    const phases = prepare.length + (decide ? 1 : 0) + forward.length;
    for (let phase = Math.max(0, this.process.phase); phase < phases; phase++) {
      const steps = this.stepsOf(phase).filter((step) => !this.process.steps.has(idOf(step))).slice(0, STEPS_AT_ONCE);
      if (steps.length === 0) continue;
      this.record({ type: 'StepsSent', data: { phase, steps: steps.map((step) => this.send(idOf(step), step, null)) } });
      return;
    }
    this.record({ type: 'ProcessCompleted', data: {} });
  }

  /** Undoes what was sent and not refused, what is still unanswered too: behind it on the same stream, it finds whatever became of it. */
  compensate(refusal: Refusal): void {
    const { steps } = this.process;
    const undone = this.protocol.prepare
      .slice(0, this.process.phase + 1)
      .flatMap((phase) => phase(this.run()))
      .filter((step) => steps.has(idOf(step)) && steps.get(idOf(step))?.state !== 'REFUSED')
      .map((step) => this.send(`${step.undo.name}/${step.subject.id}`, { ...step, ...step.undo }, idOf(step)));
    this.record({ type: 'CompensationBegun', data: { refusal, steps: undone } });
    this.endIfCompensated();
  }

  /** Ends the process once every compensation is answered, whatever the answer. */
  endIfCompensated(): void {
    const { refusal: cause } = this.process;
    const steps = [...this.process.steps.values()];
    if (!cause || steps.some(({ compensates, state }) => compensates !== null && state === 'WAITING')) return;
    // Such a step was answered only in part, as one that was to wait for others: nobody waits for the rest of it.
    const unanswered = this.waiting();
    if (unanswered.length > 0) this.record({ type: 'ProcessStepsTimedOut', data: { steps: unanswered } });
    this.record({ type: 'ProcessCompensated', data: { refusal: reasonOf(cause, steps) } });
  }

  private send(id: string, { name, topic, subject, command }: Step, compensates: string | null): SentStep {
    const stream = streamId(this.lab, subject.kind, subject.id);
    this.commands.push({ topic, stream, step: id, type: command.type, data: command.data });
    return { id, name, subject: stream, compensates };
  }

  private stepsOf(phase: number): readonly Step[] {
    const { prepare, decide, forward } = this.protocol;
    const decisions: readonly Phase<unknown>[] = decide ? [(run) => [decide(run)]] : [];
    const phases: readonly Phase<unknown>[] = [...prepare, ...decisions, ...forward];
    return phases[phase]?.(this.run()) ?? [];
  }

  private run(): ProcessRun<unknown> {
    const { input, steps } = this.process;
    return {
      id: this.id,
      input,
      resultsOf: (stepName) =>
        [...steps.values()]
          .filter(({ name, state }) => name === stepName && state === 'DONE')
          .map(({ subject, events }) => ({ subjectId: parseStreamId(subject).id, events })),
    };
  }
}

const idOf = ({ name, subject }: Step | CompensableStep): string => `${name}/${subject.id}`;

/**
 * What the user is told: that it took too long, or the first refusal in the order of the steps. So it doesn't depend on which answer was the
 * quickest: by then all are there, as each compensation is answered behind the step that it undoes.
 */
const reasonOf = (cause: Refusal, steps: readonly ProcessStep[]): Refusal => {
  const first = steps.find(({ compensates, refusal }) => compensates === null && refusal !== null);
  if (cause.code === TIMED_OUT || !first?.refusal) return cause;
  return { ...first.refusal, details: { ...first.refusal.details, subjectId: parseStreamId(first.subject).id } };
};
