import { composeServices } from '@apollo/composition';
import { execute, parse, type ExecutionResult } from 'graphql';
import { Arg, Ctx, Directive, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { buildSubgraph, type SubgraphContext } from './index';

/** What two subgraphs know of one entity, each by a class of its own. */
@ObjectType({ simpleResolvers: true })
abstract class CommandFields {
  @Directive('@shareable')
  @Field(() => ID)
  id!: string;

  @Directive('@shareable')
  @Directive('@inaccessible')
  @Field(() => String)
  inputHash!: string;

  @Directive('@shareable')
  @Field(() => String)
  type!: string;
}

@Directive('@key(fields: "id inputHash", resolvable: false)')
@ObjectType('Command', { simpleResolvers: true })
class AcceptedCommand extends CommandFields {}

@Directive('@key(fields: "id")')
@ObjectType({ simpleResolvers: true })
class Shelf {
  @Field(() => ID)
  id!: string;
  @Field(() => Int)
  books!: number;
}

@Resolver(() => Shelf)
class ShelfResolver {
  @Directive('@authenticated')
  @Query(() => Shelf, { nullable: true })
  shelf(@Arg('id', () => ID) id: string, @Arg('hint', () => String, { nullable: true }) _hint: string | undefined, @Ctx() context: SubgraphContext): object {
    if (id === 'broken') throw new TypeError('a secret of the inside');
    return { id, lab: context.identity.lab };
  }

  @Directive('@resolvesFirst')
  @Query(() => String)
  async position(): Promise<string> {
    return Promise.reject(new RangeError('another secret'));
  }

  @Query(() => AcceptedCommand)
  lend(): object {
    return { id: '1', type: 'Lend', inputHash: 'h' };
  }

  @FieldResolver(() => Int)
  books(@Root() shelf: { id: string }): number {
    return shelf.id.length;
  }
}

@Directive('@key(fields: "id")')
@Directive('@key(fields: "id inputHash")')
@ObjectType('Command', { simpleResolvers: true })
class Command extends CommandFields {
  @Field(() => String)
  status!: string;
}

@Resolver()
class CommandResolver {
  @Query(() => Command, { nullable: true })
  command(): null {
    return null;
  }
}

const logged: object[] = [];
const errors = { error: (details: object) => void logged.push(details) };
const shelves = buildSubgraph({
  name: 'shelves',
  resolvers: [new ShelfResolver()],
  references: { Shelf: ({ id }, context) => ({ id, lab: context.identity.lab }) },
  errors,
});
const commands = buildSubgraph({ name: 'commands', resolvers: [new CommandResolver()], errors });

const context: SubgraphContext = { identity: { userId: 'u', name: 'U', lab: 'alpha', scopes: [] }, requestId: 'request-1', traceparent: undefined };
const run = async (query: string): Promise<ExecutionResult> => execute({ schema: shelves.schema, document: parse(query), contextValue: context });

describe('a subgraph', () => {
  it('is built of its own resolvers, whatever else is declared in the process', () => {
    expect(Object.keys(shelves.schema.getQueryType()?.getFields() ?? {})).toEqual(['shelf', 'position', 'lend', '_entities', '_service']);
    expect(shelves.schema.getType('CommandFields')).toBeUndefined();
    expect(commands.schema.getType('Shelf')).toBeUndefined();
    expect(commands.sdl).not.toContain('resolvesFirst');
    expect(shelves.sdl).toContain('shelf(id: ID!, hint: String): Shelf @authenticated');
  });

  it('links to the specifications of the directives it uses, and composes with the others', () => {
    expect(shelves.sdl).toContain('@link(url: "https://specs.test-planning.dev/delivery/v1.0", import: ["@resolvesFirst"])');
    const { supergraphSdl, errors: problems } = composeServices([shelves, commands].map(({ name, sdl }) => ({ name, typeDefs: parse(sdl) })));
    expect(problems ?? []).toEqual([]);
    expect(supergraphSdl).toContain('@resolvesFirst');
    expect(supergraphSdl).toMatch(/inputHash: String! @inaccessible/);
  });

  it('resolves fields and references', async () => {
    const { data } = await run('{ shelf(id: "abc") { books } _entities(representations: [{ __typename: "Shelf", id: "ab" }]) { ... on Shelf { books } } }');
    expect(data).toEqual({ shelf: { books: 3 }, _entities: [{ books: 2 }] });
  });

  it.each(['{ shelf(id: "broken") { id } }', '{ position }'])('masks what nobody expected: %s', async (query) => {
    const [error] = (await run(query)).errors ?? [];
    expect(error?.message).toBe('Internal server error');
    expect(error?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', requestId: 'request-1' });
    expect(logged.at(-1)).toMatchObject({ requestId: 'request-1', err: { message: expect.stringContaining('secret') } });
  });
});
