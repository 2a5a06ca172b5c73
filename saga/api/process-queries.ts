import type { QueryableReadModels } from '@test-planning/kernel/read-models';
import {
  BatchLoader,
  forwardConnectionSize,
  idInput,
  openConnection,
  perRequest,
  viewSource,
  type Cursors,
  type SubgraphContext,
} from '@test-planning/kernel/subgraph';
import { Arg, Args, Ctx, Directive, ID, Query, Resolver } from 'type-graphql';
import { processesView, type ProcessDocument } from '../views/processes-view';
import { presentedProcess } from './presented-process';
import { ProcessesArguments, selectionOf } from './process-list';
import { Process, ProcessConnection } from './process-types';

/** Answers from the view, which is all that an API reads. Everybody in a lab may see what runs there; a refusal's details take the scope for the step's subject. */
@Resolver(() => Process)
export class ProcessQueries {
  private readonly loaderOf;

  constructor(
    private readonly views: QueryableReadModels,
    private readonly cursors: Cursors,
  ) {
    this.loaderOf = perRequest(
      ({ identity }) => new BatchLoader((ids) => views.get<ProcessDocument>(processesView.name, identity.lab, ids)),
    );
  }

  /** Null for what is unknown or another lab's; an id that is no UUID is unknown. */
  async find(id: unknown, context: SubgraphContext): Promise<Process | null> {
    const loader = this.loaderOf(context);
    const parsed = idInput.safeParse(id);
    const document = parsed.success ? await loader.load(parsed.data) : undefined;
    return document ? presentedProcess(document, context.identity.scopes) : null;
  }

  @Directive('@authenticated')
  @Query(() => Process, { nullable: true })
  process(@Arg('id', () => ID) id: string, @Ctx() context: SubgraphContext): Promise<Process | null> {
    return this.find(id, context);
  }

  @Directive('@authenticated')
  @Directive(forwardConnectionSize)
  @Query(() => ProcessConnection, { nullable: true, description: 'Newest first.' })
  processes(
    @Args(() => ProcessesArguments) { filter, ...page }: ProcessesArguments,
    @Ctx() { identity: { lab, scopes } }: SubgraphContext,
  ) {
    const source = viewSource<ProcessDocument>(
      this.views,
      { view: processesView.name, lab, ...selectionOf(filter) },
      { field: 'startedAt', direction: 'descending' },
    );
    const place = { cursors: this.cursors, lab, connection: 'processes', by: 'startedAt', direction: 'descending' as const };
    return openConnection(source, place, page, (document) => ({ node: presentedProcess(document, scopes) }));
  }
}
