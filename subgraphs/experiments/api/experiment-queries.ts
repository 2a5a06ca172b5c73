import type { Actor } from '@test-planning/kernel/messaging';
import type { QueryableReadModels } from '@test-planning/kernel/read-models';
import {
  BatchLoader, ConnectionArguments, connectionSize, idInput, listSource, openConnection, perRequest, viewSource, type Cursors, type SubgraphContext,
} from '@test-planning/kernel/subgraph';
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { experimentsView, type ExperimentDocument, type ExperimentLinkDocument } from '../views/experiments-view';
import { ExperimentsArguments, orderOf, selectionOf } from './experiment-list';
import { ExperimentMethodConnection } from './experiment-method-types';
import { Experiment, ExperimentConnection } from './experiment-types';

const reads = '@requiresScopes(scopes: [["experiments:read"]])';

/** Answers from the view, which is all that an API reads. */
@Resolver(() => Experiment)
export class ExperimentQueries {
  private readonly loaderOf;

  constructor(
    private readonly views: QueryableReadModels,
    private readonly cursors: Cursors,
  ) {
    this.loaderOf = perRequest(
      ({ identity }) => new BatchLoader((ids) => views.get<ExperimentDocument>(experimentsView.name, identity.lab, ids)),
    );
  }

  /** Null for what is unknown, deleted, still being created, or another lab's; an id that is no UUID is unknown. */
  async find(id: unknown, context: SubgraphContext): Promise<ExperimentDocument | null> {
    const parsed = idInput.safeParse(id);
    const loader = this.loaderOf(context);
    return parsed.success ? ((await loader.load(parsed.data)) ?? null) : null;
  }

  @Directive('@authenticated')
  @Directive(reads)
  @Query(() => Experiment, { nullable: true })
  experiment(@Arg('id', () => ID) id: string, @Ctx() context: SubgraphContext): Promise<ExperimentDocument | null> {
    return this.find(id, context);
  }

  @Directive('@authenticated')
  @Directive(reads)
  @Directive(connectionSize)
  @Query(() => ExperimentConnection, { nullable: true, description: 'first and last: at most 100, 20 by default.' })
  experiments(@Args(() => ExperimentsArguments) args: ExperimentsArguments, @Ctx() { identity: { lab } }: SubgraphContext) {
    const orderBy = orderOf(args.orderBy);
    const source = viewSource<ExperimentDocument>(this.views, { view: experimentsView.name, lab, ...selectionOf(args.filter) }, orderBy);
    const place = { cursors: this.cursors, lab, connection: 'experiments', by: orderBy.field, direction: orderBy.direction };
    return openConnection(source, place, args, (node) => ({ node }));
  }

  @FieldResolver(() => Int)
  methodCount(@Root() { links }: ExperimentDocument): number {
    return links.length;
  }

  /** In the order in which they were linked. */
  @Directive(connectionSize)
  @FieldResolver(() => ExperimentMethodConnection)
  methods(
    @Root() { id, links }: ExperimentDocument,
    @Args(() => ConnectionArguments) args: ConnectionArguments,
    @Ctx() { identity: { lab } }: SubgraphContext,
  ) {
    const source = listSource(links, ({ linkedAt, methodId }) => ({ value: linkedAt, id: methodId }));
    const place = { cursors: this.cursors, lab, connection: `experiment/${id}/methods`, by: 'linkedAt', direction: 'ascending' as const };
    return openConnection(source, place, args, edgeOf);
  }
}

interface MethodEdge {
  node: { __typename: 'Method'; id: string };
  revision: null;
  linkedAt: string;
  linkedBy: Actor;
  carriedOutAt: null;
  carriedOutBy: null;
  note: null;
}

const edgeOf = ({ methodId, linkedAt, linkedBy }: ExperimentLinkDocument): MethodEdge => ({
  node: { __typename: 'Method', id: methodId },
  revision: null,
  linkedAt,
  linkedBy,
  carriedOutAt: null,
  carriedOutBy: null,
  note: null,
});
