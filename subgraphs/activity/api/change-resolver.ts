import type { Condition } from '@test-planning/kernel/read-models';
import { isGiven, type Identity, type SubgraphContext } from '@test-planning/kernel/subgraph';
import type { Change } from '@test-planning/schema/api';
import { Args, Ctx, Directive, Resolver, Root, Subscription } from 'type-graphql';
import type { AuditEntryRecord } from '../recording/audit-entry';
import type { SubjectKind } from '../recording/subject';
import type { Subscribing } from './activity-context';
import { ChangedArguments, ExperimentChange, MethodChange, ProcessChange } from './change-types';
import { labFeedOf } from './feeds-of';
import { shownChange } from './shown-change';
import type { Subjects } from './subjects';
import type { Delivered } from './subscriptions';

/** Follows the lab's feed for what happened to one thing of a kind, or to each of them. An id that nothing has is no error: it is never delivered. */
const follow = (kind: SubjectKind) => ({ args: { id, after }, context }: Subscribing<ChangedArguments>) => {
  const where: Condition[] = [{ field: 'kind', anyOf: ['EVENT'] }, { field: 'about', anyOf: [kind] }];
  if (isGiven(id)) where.push({ field: 'subjectId', anyOf: [id.toLowerCase()] });
  return context.subscriptions.follow(context, labFeedOf(context.identity), where, after);
};

/** The change that an entry about an experiment or a method tells of. */
const changeIn = (identity: Identity, entry: AuditEntryRecord): Change => {
  if (entry.kind !== 'EVENT' || entry.change === null) throw new TypeError(`The entry ${entry.id} tells of no change`);
  return shownChange(identity, entry, entry.change);
};

/** What happens to experiments, methods and processes, as it happens. */
@Resolver()
export class ChangeResolver {
  constructor(private readonly subjects: Subjects) {}

  @Directive('@authenticated')
  @Directive('@requiresScopes(scopes: [["experiments:read"]])')
  @Directive('@resumable(cursor: "cursor", argument: "after", identity: ["lab", "scopes"])')
  @Subscription(() => ExperimentChange, {
    description: 'One experiment\'s changes, or every one\'s in your lab.',
    subscribe: follow('experiment'),
  })
  experimentChanged(
    @Args(() => ChangedArguments) _args: ChangedArguments,
    @Root() { entry, cursor }: Delivered<AuditEntryRecord>,
    @Ctx() { identity }: SubgraphContext,
  ): ExperimentChange {
    return { cursor, experimentId: entry.subject.id, experiment: () => this.subjects.existing(identity, entry.subject), change: changeIn(identity, entry) };
  }

  @Directive('@authenticated')
  @Directive('@requiresScopes(scopes: [["methods:read"]])')
  @Directive('@resumable(cursor: "cursor", argument: "after", identity: ["lab"])')
  @Subscription(() => MethodChange, { subscribe: follow('method') })
  methodChanged(
    @Args(() => ChangedArguments) _args: ChangedArguments,
    @Root() { entry, cursor }: Delivered<AuditEntryRecord>,
    @Ctx() { identity }: SubgraphContext,
  ): MethodChange {
    return { cursor, methodId: entry.subject.id, method: () => this.subjects.existing(identity, entry.subject), change: changeIn(identity, entry) };
  }

  @Directive('@authenticated')
  @Directive('@resumable(cursor: "cursor", argument: "after", identity: ["lab", "scopes"])')
  @Subscription(() => ProcessChange, {
    description: 'A step of one process, or of every one in your lab.',
    subscribe: follow('process'),
  })
  processChanged(
    @Args(() => ChangedArguments) _args: ChangedArguments,
    @Root() { entry: { subject: { id } }, cursor }: Delivered<AuditEntryRecord>,
  ): ProcessChange {
    return { cursor, processId: id, process: { id } };
  }
}
