import { derivedId, streamId } from '@test-planning/kernel/messaging';
import { commandIdFrom, parseInput, uniqueEntries, type Accept, type Accepted, type SubgraphContext } from '@test-planning/kernel/subgraph';
import { AcceptedCommand } from '@test-planning/schema/api';
import {
  id, LINKS_AT_ONCE, methodCommands, methodInput, processCommands, schemaVersionOf, streamKinds, topics, version,
  type MethodCommand, type ProcessCommand,
} from '@test-planning/schema/messages';
import { Arg, Ctx, Directive, ID, Int, Mutation, Resolver } from 'type-graphql';
import { z } from 'zod';
import { CreateMethodInput, methodChanges, UpdateMethodInput } from './method-inputs';

const writes = '@requiresScopes(scopes: [["methods:write"]])';

const methodIdsInput = uniqueEntries(z.array(id).min(1).max(LINKS_AT_ONCE), (methodId) => methodId, []);
const newMethodsInput = uniqueEntries(z.array(methodInput).min(1).max(LINKS_AT_ONCE), (method) => method.id, ['id']);
const expectedVersionInput = version.nullish().transform((expected) => expected ?? null);

/** Takes commands: checks what can be known at once, and puts them on the log. The rest the workers decide. */
@Resolver()
export class MethodMutations {
  constructor(private readonly accept: Accept) {}

  @Directive('@authenticated')
  @Directive(writes)
  @Mutation(() => AcceptedCommand)
  createMethod(
    @Arg('input', () => CreateMethodInput) input: CreateMethodInput,
    @Arg('commandId', () => ID, { nullable: true }) givenId: string | null | undefined,
    @Ctx() context: SubgraphContext,
  ): Promise<Accepted> {
    const { lab } = context.identity;
    const commandId = commandIdFrom(givenId);
    const method = parseInput(methodInput, input, 'input');
    return this.send(context, commandId, method.id ?? derivedId(lab, commandId, 'method'), { type: 'CreateMethod', data: method.description });
  }

  @Directive('@authenticated')
  @Directive(writes)
  @Mutation(() => AcceptedCommand, { description: 'A published method does not change: revise it first.' })
  updateMethod(
    @Arg('id', () => ID) givenMethodId: string,
    @Arg('input', () => UpdateMethodInput) input: UpdateMethodInput,
    @Arg('expectedVersion', () => Int, { nullable: true }) givenVersion: number | null | undefined,
    @Arg('commandId', () => ID, { nullable: true }) givenId: string | null | undefined,
    @Ctx() context: SubgraphContext,
  ): Promise<Accepted> {
    const methodId = parseInput(id, givenMethodId, 'id');
    const changes = parseInput(methodChanges, input, 'input');
    const expectedVersion = parseInput(expectedVersionInput, givenVersion, 'expectedVersion');
    return this.send(context, commandIdFrom(givenId), methodId, { type: 'UpdateMethod', data: { changes, expectedVersion } });
  }

  @Directive('@authenticated')
  @Directive(writes)
  @Mutation(() => AcceptedCommand, { description: 'All or none. 1 to 100 at once.' })
  createMethods(
    @Arg('inputs', () => [CreateMethodInput]) inputs: CreateMethodInput[],
    @Arg('commandId', () => ID, { nullable: true }) givenId: string | null | undefined,
    @Ctx() context: SubgraphContext,
  ): Promise<Accepted> {
    const { lab } = context.identity;
    const commandId = commandIdFrom(givenId);
    const methods = parseInput(newMethodsInput, inputs, 'inputs').map((method, index) => ({
      id: method.id ?? derivedId(lab, commandId, 'method', index),
      description: method.description,
    }));
    return this.start(context, commandId, { type: 'CreateMethods', data: { methods } });
  }

  @Directive('@authenticated')
  @Directive(writes)
  @Mutation(() => AcceptedCommand, {
    description:
      'They leave every experiment and go, all or none. Refused if one is reserved by a running experiment, or was used by a finished one (retire it). 1 to 100 at once.',
  })
  deleteMethods(
    @Arg('ids', () => [ID]) givenMethodIds: string[],
    @Arg('commandId', () => ID, { nullable: true }) givenId: string | null | undefined,
    @Ctx() context: SubgraphContext,
  ): Promise<Accepted> {
    const methodIds = parseInput(methodIdsInput, givenMethodIds, 'ids');
    return this.start(context, commandIdFrom(givenId), { type: 'DeleteMethods', data: { methodIds } });
  }

  /** To the method itself. */
  private send(context: SubgraphContext, commandId: string, methodId: string, { type, data }: MethodCommand): Promise<Accepted> {
    const stream = streamId(context.identity.lab, streamKinds.method, methodId);
    const schemaVersion = schemaVersionOf(methodCommands, type);
    return this.accept(context, { topic: topics.methodsCommands, commandId, type, schemaVersion, stream, subjectId: methodId, data, field: 'input' });
  }

  /** To the saga worker, as a process of its own, which is also what the command is about: no one method is. */
  private start(context: SubgraphContext, commandId: string, { type, data }: ProcessCommand): Promise<Accepted> {
    const { lab } = context.identity;
    const subjectId = derivedId(lab, commandId);
    const stream = streamId(lab, streamKinds.process, subjectId);
    const schemaVersion = schemaVersionOf(processCommands, type);
    return this.accept(context, { topic: topics.sagaInbox, commandId, type, schemaVersion, stream, subjectId, data, field: type === 'CreateMethods' ? 'inputs' : 'ids' });
  }
}
