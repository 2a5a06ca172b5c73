import type { Decision } from '@test-planning/kernel/event-sourcing';
import { processDecider, type Process, type ProcessEvent, type Protocol } from '@test-planning/kernel/processes';
import type { MethodEvent, ProcessCommand } from '@test-planning/schema/messages';
import { protocols } from '../../saga/protocols';
import { rules, type Rules } from './rules';

type InputOf<Type extends ProcessCommand['type']> = Extract<ProcessCommand, { type: Type }>['data'];
const options = { deadlineMs: 30_000 };

const withProtocols = (changed: Partial<typeof protocols>): Rules => ({
  ...rules,
  process: processDecider({ ...protocols, ...changed }, options),
});
const withMethod = (decide: Rules['method']['decide']): Rules => ({ ...rules, method: { ...rules.method, decide } });
const withProcess = (decide: Rules['process']['decide']): Rules => ({ ...rules, process: { ...rules.process, decide } });
const reversed = <Input>(protocol: Protocol<Input>, ...order: number[]): Protocol<Input> => ({
  ...protocol,
  forward: order.flatMap((index) => protocol.forward.slice(index, index + 1)),
});

const add = protocols.AddMethodsToExperiment;

/**
 * Simpler protocols, each of which someone could think of. What tests the real ones has to notice every one of them: else it
 * has no teeth.
 */
export const deviations = {
  'confirming a link brings it back that was detached meanwhile': (): Rules => {
    const experimentOf = new Map<string, string>();
    return withMethod((command, state, context) => {
      if (command.type === 'AttachExperiment') experimentOf.set(command.data.link.linkId, command.data.link.experimentId);
      if (command.type !== 'ConfirmAttachment' || state.kind !== 'existing' || state.attachments.has(command.data.linkId)) {
        return rules.method.decide(command, state, context);
      }
      const { linkId } = command.data;
      const link = { linkId, experimentId: experimentOf.get(linkId) ?? '' };
      return { kind: 'accepted', events: [{ type: 'AttachmentConfirmed', data: { link } }] };
    });
  },

  'a deletion does not wait for pending attachments': (): Rules =>
    withMethod((command, state, context) => {
      const decision = rules.method.decide(command, state, context);
      if (
        command.type !== 'RequestMethodDeletion' ||
        decision.kind !== 'accepted' ||
        decision.events.length > 1 ||
        state.kind !== 'existing' ||
        !context.step
      )
        return decision;
      const links = [...state.attachments].map(([linkId, { experimentId }]) => ({ linkId, experimentId }));
      const ready: MethodEvent = { type: 'MethodDeletionReady', data: { ...context.step, links } };
      return { ...decision, events: [...decision.events, ready] };
    }),

  'a method that is being deleted is still attached': (): Rules =>
    withMethod((command, state, context) =>
      rules.method.decide(
        command,
        command.type === 'AttachExperiment' && state.kind === 'existing' ? { ...state, deletion: null } : state,
        context,
      ),
    ),

  'a deletion that failed for one method leaves the others locked': (): Rules =>
    withMethod((command, state, context) =>
      command.type === 'CancelMethodDeletion' ? { kind: 'nothing-changed' } : rules.method.decide(command, state, context),
    ),

  'methods are deleted before their experiments let go of them': (): Rules =>
    withProtocols({ DeleteMethods: reversed(protocols.DeleteMethods, 1, 0) }),

  'compensation leaves steps out whose answer is unknown': (): Rules =>
    withProcess((message, state, context) => {
      const decision = rules.process.decide(message, state, context);
      return decision.kind === 'accepted' && state.kind === 'process' ? onlyUndoing(decision, state) : decision;
    }),

  'what the experiment refuses to link stays with the methods': (): Rules =>
    withMethod((command, state, context) =>
      command.type === 'DetachExperiment' && context.step?.step.startsWith('detach/')
        ? { kind: 'nothing-changed' }
        : rules.method.decide(command, state, context),
    ),

  'a deadline undoes what the experiment may have decided already': (): Rules =>
    withProtocols({
      AddMethodsToExperiment: {
        ...add,
        prepare: [
          ...add.prepare,
          (run) =>
            add.decide
              ? [{ ...add.decide(run), undo: { name: 'keep', command: { type: 'LinkMethods', data: { links: [] } } } }]
              : [],
        ],
        decide: undefined,
      },
    }),

  'a pair has one link, whoever makes it': (): Rules => withProtocols({ AddMethodsToExperiment: withOneLinkPerPair(add) }),

  'a link that stands already is confirmed like a new one': (): Rules =>
    withProtocols({
      AddMethodsToExperiment: {
        ...add,
        forward: [({ id, input: { methodIds } }) => methodIds.map((methodId) => confirmation(`${id}.${methodId}`, methodId))],
      },
    }),

  'unlinking takes away every link of the pair at the method': (): Rules =>
    withMethod((command, state, context) => {
      if (command.type !== 'DetachExperiment' || state.kind !== 'existing') return rules.method.decide(command, state, context);
      const experiments = new Set(command.data.linkIds.map((linkId) => state.attachments.get(linkId)?.experimentId));
      const linkIds = [...state.attachments]
        .filter(([, { experimentId }]) => experiments.has(experimentId))
        .map(([linkId]) => linkId);
      return rules.method.decide({ type: 'DetachExperiment', data: { linkIds } }, state, context);
    }),

  'the methods let go before the experiment does': (): Rules =>
    withProtocols({
      RemoveMethodsFromExperiment: {
        prepare: [],
        forward: [
          ({ input }) => input.methodIds.map((methodId) => detachmentOf(input.experimentId, methodId)),
          (run) => (protocols.RemoveMethodsFromExperiment.decide ? [protocols.RemoveMethodsFromExperiment.decide(run)] : []),
        ],
      } satisfies Protocol<InputOf<'RemoveMethodsFromExperiment'>>,
    }),

  'a new experiment is shown before its methods are': (): Rules =>
    withProtocols({ CreateExperimentWithMethods: reversed(protocols.CreateExperimentWithMethods, 1, 0, 2) }),

  'a new method stands attached before its experiment is there': (): Rules =>
    withProtocols({ CreateExperimentWithMethods: reversed(protocols.CreateExperimentWithMethods, 0, 2, 1) }),

  'a deadline overtakes the answers that wait': (): Rules => ({ ...rules, deadlines: 'ahead' }),

  'an answer counts for a step that was given up': (): Rules =>
    withProcess((message, state, context) => {
      if (state.kind !== 'process' || message.type !== 'StepSucceeded') return rules.process.decide(message, state, context);
      const step = state.steps.get(message.data.step);
      if (step?.state !== 'TIMED_OUT' || state.state !== 'COMPENSATING') return rules.process.decide(message, state, context);
      const forward = [...state.steps].filter(([, { compensates }]) => compensates === null);
      const steps = new Map(forward).set(step.id, { ...step, state: 'WAITING' });
      return rules.process.decide(message, { ...state, state: 'RUNNING', steps }, context);
    }),
} satisfies Record<string, () => Rules>;

export type Deviation = keyof typeof deviations;

const confirmation = (linkId: string, methodId: string) => ({
  name: 'confirm',
  topic: 'methods.commands',
  subject: { kind: 'method', id: methodId },
  command: { type: 'ConfirmAttachment', data: { linkId } },
});

/** Of the first link there is, as the world of these tests begins with it. */
const detachmentOf = (experimentId: string, methodId: string) => ({
  name: 'detach',
  topic: 'methods.commands',
  subject: { kind: 'method', id: methodId },
  command: { type: 'DetachExperiment', data: { linkIds: [`first.${methodId}`, `${experimentId}.${methodId}`] } },
});

type Adding = Protocol<InputOf<'AddMethodsToExperiment'>>;

/** The same protocol under the experiment's id instead of the process's: its link ids are then the same for every process. */
const withOneLinkPerPair = ({ subject, prepare, decide, forward }: Adding): Adding => {
  const shared = (run: Parameters<NonNullable<Adding['decide']>>[0]) => ({ ...run, id: run.input.experimentId });
  return {
    ...(subject && { subject }),
    prepare: prepare.map(
      (phase): Adding['prepare'][number] =>
        (run) =>
          phase(shared(run)),
    ),
    ...(decide && { decide: (run) => decide(shared(run)) }),
    forward: forward.map(
      (phase): Adding['forward'][number] =>
        (run) =>
          phase(shared(run)),
    ),
  };
};

type Accepted = Extract<Decision<ProcessEvent>, { kind: 'accepted' }>;

/** The decision with the compensations of those steps alone that were answered with success; it ends at once when there is none. */
const onlyUndoing = (decision: Accepted, { steps: known }: Process): Accepted => {
  const begun = decision.events.find((event) => event.type === 'CompensationBegun');
  if (!begun) return decision;
  const steps = begun.data.steps.filter(({ compensates }) => compensates !== null && known.get(compensates)?.state === 'DONE');
  const commands = (decision.commands ?? []).filter(({ step }) => steps.some(({ id }) => id === step));
  const [first, ...rest] = decision.events.map((event): ProcessEvent =>
    event === begun ? { type: 'CompensationBegun', data: { ...begun.data, steps } } : event,
  ) as [ProcessEvent, ...ProcessEvent[]];
  if (steps.length > 0 || rest.some(({ type }) => type === 'ProcessCompensated'))
    return { kind: 'accepted', events: [first, ...rest], commands };
  const unanswered = [...known.values()]
    .filter(({ state, id }) => state === 'WAITING' && !('step' in first.data && first.data.step === id))
    .map(({ id }) => id);
  const end: ProcessEvent[] = [
    { type: 'ProcessStepsTimedOut', data: { steps: unanswered } },
    { type: 'ProcessCompensated', data: { refusal: begun.data.refusal } },
  ];
  return { kind: 'accepted', events: [first, ...rest, ...end], commands };
};
