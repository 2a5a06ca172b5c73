import { derivedId, streamId } from '@test-planning/kernel/messaging';
import { commandIdFrom, parseInput, uniqueEntries, type Accept, type Accepted, type SubgraphContext } from '@test-planning/kernel/subgraph';
import { AcceptedCommand } from '@test-planning/schema/api';
import {
  experimentCommands, id, LINKS_AT_ONCE, methodInput, processCommands, schemaVersionOf, streamKinds, topics, version,
  type ExperimentCommand, type ProcessCommand,
} from '@test-planning/schema/messages';
import { Arg, Ctx, Directive, ID, Int, Mutation, Resolver } from 'type-graphql';
import { z } from 'zod';
import { CreateExperimentInput, CreateMethodInput, experimentChanges, experimentInput, UpdateExperimentInput } from './experiment-inputs';

const writes = '@requiresScopes(scopes: [["experiments:write"]])';
const writesBoth = '@requiresScopes(scopes: [["experiments:write", "methods:write"]])';

const methodIdsInput = uniqueEntries(z.array(id).min(1).max(LINKS_AT_ONCE), (methodId) => methodId, []);
const newMethodsInput = uniqueEntries(z.array(methodInput).max(LINKS_AT_ONCE), (method) => method.id, ['id']);
const expectedVersionInput = version.nullish().transform((expected) => expected ?? null);

/** Takes commands: checks what can be known at once, and puts them on the log. The rest the workers decide. */
@Resolver()
export class ExperimentMutations {
  constructor(private readonly accept: Accept) {}

  @Directive('@authenticated')
  @Directive(writes)
  @Mutation(() => AcceptedCommand)
  createExperiment(
    @Arg('input', () => CreateExperimentInput) input: CreateExperimentInput,
    @Arg('commandId', () => ID, { nullable: true }) givenId: string | null | undefined,
    @Ctx() context: SubgraphContext,
  ): Promise<Accepted> {
    const { lab } = context.identity;
    const commandId = commandIdFrom(givenId);
    const experiment = parseInput(experimentInput, input, 'input');
    const experimentId = experiment.id ?? derivedId(lab, commandId, 'experiment');
    return this.send(context, commandId, experimentId, { type: 'CreateExperiment', data: experiment.description });
  }

  @Directive('@authenticated')
  @Directive(writes)
  @Mutation(() => AcceptedCommand, { description: 'A field left out stays as it is; a field given as null is cleared, where it may be.' })
  updateExperiment(
    @Arg('id', () => ID) givenExperimentId: string,
    @Arg('input', () => UpdateExperimentInput) input: UpdateExperimentInput,
    @Arg('expectedVersion', () => Int, { nullable: true }) givenVersion: number | null | undefined,
    @Arg('commandId', () => ID, { nullable: true }) givenId: string | null | undefined,
    @Ctx() context: SubgraphContext,
  ): Promise<Accepted> {
    const experimentId = parseInput(id, givenExperimentId, 'id');
    const changes = parseInput(experimentChanges, input, 'input');
    const expectedVersion = parseInput(expectedVersionInput, givenVersion, 'expectedVersion');
    return this.send(context, commandIdFrom(givenId), experimentId, { type: 'UpdateExperiment', data: { changes, expectedVersion } });
  }

  @Directive('@authenticated')
  @Directive(writes)
  @Mutation(() => AcceptedCommand, { description: 'The experiment goes, and leaves every method it used. Refused while it is RUNNING or IN_REVIEW.' })
  deleteExperiment(
    @Arg('id', () => ID) givenExperimentId: string,
    @Arg('expectedVersion', () => Int, { nullable: true }) givenVersion: number | null | undefined,
    @Arg('commandId', () => ID, { nullable: true }) givenId: string | null | undefined,
    @Ctx() context: SubgraphContext,
  ): Promise<Accepted> {
    const experimentId = parseInput(id, givenExperimentId, 'id');
    const expectedVersion = parseInput(expectedVersionInput, givenVersion, 'expectedVersion');
    return this.start(context, commandIdFrom(givenId), experimentId, { type: 'DeleteExperiment', data: { experimentId, expectedVersion } });
  }

  @Directive('@authenticated')
  @Directive(writesBoth)
  @Mutation(() => AcceptedCommand, { description: 'An experiment with 0 to 100 new methods, linked; on a refusal anywhere, nothing of it ever was.' })
  createExperimentWithMethods(
    @Arg('experiment', () => CreateExperimentInput) givenExperiment: CreateExperimentInput,
    @Arg('methods', () => [CreateMethodInput]) givenMethods: CreateMethodInput[],
    @Arg('commandId', () => ID, { nullable: true }) givenId: string | null | undefined,
    @Ctx() context: SubgraphContext,
  ): Promise<Accepted> {
    const { lab } = context.identity;
    const commandId = commandIdFrom(givenId);
    const experiment = parseInput(experimentInput, givenExperiment, 'experiment');
    const experimentId = experiment.id ?? derivedId(lab, commandId, 'experiment');
    const parsed = parseInput(newMethodsInput, givenMethods, 'methods');
    // Linked at one moment, they are listed by id: sorted ids keep the order in which they were given.
    const derived = parsed.map((_, index) => derivedId(lab, commandId, 'method', index)).sort();
    const methods = derived.flatMap((methodId, index) => {
      const method = parsed[index];
      return method ? [{ id: method.id ?? methodId, description: method.description }] : [];
    });
    const { description } = experiment;
    return this.start(context, commandId, experimentId, { type: 'CreateExperimentWithMethods', data: { experimentId, description, methods } });
  }

  @Directive('@authenticated')
  @Directive(writes)
  @Mutation(() => AcceptedCommand, { description: 'Both sides or neither, all or none. A link that already stands is no error. 1 to 100 at once, 500 in all.' })
  addMethodsToExperiment(
    @Arg('experimentId', () => ID) givenExperimentId: string,
    @Arg('methodIds', () => [ID]) givenMethodIds: string[],
    @Arg('commandId', () => ID, { nullable: true }) givenId: string | null | undefined,
    @Ctx() context: SubgraphContext,
  ): Promise<Accepted> {
    const experimentId = parseInput(id, givenExperimentId, 'experimentId');
    const methodIds = parseInput(methodIdsInput, givenMethodIds, 'methodIds');
    return this.start(context, commandIdFrom(givenId), experimentId, { type: 'AddMethodsToExperiment', data: { experimentId, methodIds } });
  }

  @Directive('@authenticated')
  @Directive(writes)
  @Mutation(() => AcceptedCommand)
  removeMethodsFromExperiment(
    @Arg('experimentId', () => ID) givenExperimentId: string,
    @Arg('methodIds', () => [ID]) givenMethodIds: string[],
    @Arg('commandId', () => ID, { nullable: true }) givenId: string | null | undefined,
    @Ctx() context: SubgraphContext,
  ): Promise<Accepted> {
    const experimentId = parseInput(id, givenExperimentId, 'experimentId');
    const methodIds = parseInput(methodIdsInput, givenMethodIds, 'methodIds');
    return this.start(context, commandIdFrom(givenId), experimentId, { type: 'RemoveMethodsFromExperiment', data: { experimentId, methodIds } });
  }

  /** To the experiment itself. */
  private send(context: SubgraphContext, commandId: string, experimentId: string, { type, data }: ExperimentCommand): Promise<Accepted> {
    const stream = streamId(context.identity.lab, streamKinds.experiment, experimentId);
    const schemaVersion = schemaVersionOf(experimentCommands, type);
    return this.accept(context, { topic: topics.experimentsCommands, commandId, type, schemaVersion, stream, subjectId: experimentId, data, field: 'input' });
  }

  /** To the saga worker, as a process of its own. */
  private start(context: SubgraphContext, commandId: string, experimentId: string, { type, data }: ProcessCommand): Promise<Accepted> {
    const { lab } = context.identity;
    const stream = streamId(lab, streamKinds.process, derivedId(lab, commandId));
    const schemaVersion = schemaVersionOf(processCommands, type);
    const field = type === 'CreateExperimentWithMethods' ? 'methods' : 'methodIds';
    return this.accept(context, { topic: topics.sagaInbox, commandId, type, schemaVersion, stream, subjectId: experimentId, data, field });
  }
}
