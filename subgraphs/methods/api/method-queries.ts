import type { Condition, QueryableReadModels } from '@test-planning/kernel/read-models';
import {
  batchedViews, BatchLoader, ConnectionArguments, connectionSize, idInput, openConnection, perRequest, viewSource, type Cursors, type SubgraphContext,
} from '@test-planning/kernel/subgraph';
import { LINKS_IN_ALL } from '@test-planning/schema/messages';
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { attachmentsView, type AttachmentDocument } from '../views/attachments-view';
import { methodsView, type MethodDocument } from '../views/methods-view';
import { MethodExperimentConnection } from './method-experiment-types';
import { MethodsArguments, orderOf, selectionOf } from './method-list';
import { Method, MethodConnection } from './method-types';

const reads = '@requiresScopes(scopes: [["methods:read"]])';

/** Answers from the views, which is all that an API reads. */
@Resolver(() => Method)
export class MethodQueries {
  private readonly loaderOf;
  private readonly batchedViewsOf;

  constructor(
    private readonly views: QueryableReadModels,
    private readonly cursors: Cursors,
  ) {
    this.loaderOf = perRequest(({ identity }) => new BatchLoader((ids) => views.get<MethodDocument>(methodsView.name, identity.lab, ids)));
    this.batchedViewsOf = perRequest(() => batchedViews(views));
  }

  /** Null for what is unknown, deleted, still being created, or another lab's; an id that is no UUID is unknown. */
  async find(id: unknown, context: SubgraphContext): Promise<MethodDocument | null> {
    const parsed = idInput.safeParse(id);
    const loader = this.loaderOf(context);
    return parsed.success ? ((await loader.load(parsed.data)) ?? null) : null;
  }

  @Directive('@authenticated')
  @Directive(reads)
  @Query(() => Method, { nullable: true })
  method(@Arg('id', () => ID) id: string, @Ctx() context: SubgraphContext): Promise<MethodDocument | null> {
    return this.find(id, context);
  }

  @Directive('@authenticated')
  @Directive(reads)
  @Directive(connectionSize)
  @Query(() => MethodConnection, { nullable: true })
  async methods(@Args(() => MethodsArguments) args: MethodsArguments, @Ctx() { identity: { lab } }: SubgraphContext) {
    const { experimentId, where, search } = selectionOf(args.filter);
    const ofExperiment = experimentId === undefined ? [] : [await this.methodsOf(lab, experimentId)];
    const query = { view: methodsView.name, lab, where: [...where, ...ofExperiment], ...(search !== undefined && { search }) };
    const orderBy = orderOf(args.orderBy);
    const place = { cursors: this.cursors, lab, connection: 'methods', by: orderBy.field, direction: orderBy.direction };
    return openConnection(viewSource<MethodDocument>(this.views, query, orderBy), place, args, (node) => ({ node }));
  }

  /** In the order in which they were linked. Those of all methods of a list are read at once. */
  @Directive(connectionSize)
  @FieldResolver(() => MethodExperimentConnection, { description: 'Where it is used.' })
  experiments(
    @Root() { id }: MethodDocument,
    @Args(() => ConnectionArguments) args: ConnectionArguments,
    @Ctx() context: SubgraphContext,
  ) {
    const { lab } = context.identity;
    const query = { view: attachmentsView.name, lab, where: [{ field: 'methodId', anyOf: [id] }] };
    const source = viewSource<AttachmentDocument>(this.batchedViewsOf(context), query, { field: 'linkedAt', direction: 'ascending' });
    const place = { cursors: this.cursors, lab, connection: `method/${id}/experiments`, by: 'linkedAt', direction: 'ascending' as const };
    return openConnection(source, place, args, ({ experimentId, linkedAt, linkedBy }) => ({
      node: { __typename: 'Experiment' as const, id: experimentId },
      linkedAt,
      linkedBy,
    }));
  }

  /** An experiment has no more methods than one page can hold. */
  private async methodsOf(lab: string, experimentId: string): Promise<Condition> {
    const { items } = await this.views.page<AttachmentDocument>({
      view: attachmentsView.name,
      lab,
      where: [{ field: 'experimentId', anyOf: [experimentId] }],
      orderBy: { field: 'linkedAt', direction: 'ascending' },
      limit: LINKS_IN_ALL,
    });
    return { field: 'id', anyOf: items.map(({ document }) => document.methodId) };
  }
}
