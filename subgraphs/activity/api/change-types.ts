import { Cursor, type Resolvable } from '@test-planning/kernel/subgraph';
import { Change } from '@test-planning/schema/api';
import { ArgsType, Directive, Field, ID, ObjectType } from 'type-graphql';
import { ExperimentReference, MethodReference, ProcessReference } from './subject-types';

@Directive('@requiresScopes(scopes: [["experiments:read"]])')
@ObjectType('ExperimentChange', { description: '`experiment` is null once it is deleted.', simpleResolvers: true })
export class ExperimentChange {
  @Field(() => Cursor)
  cursor!: Resolvable<string>;

  @Field(() => ID)
  experimentId!: string;

  @Field(() => ExperimentReference, { nullable: true })
  experiment!: Resolvable<ExperimentReference | null>;

  @Field(() => Change)
  change!: Change;
}

@Directive('@requiresScopes(scopes: [["methods:read"]])')
@ObjectType('MethodChange', { simpleResolvers: true })
export class MethodChange {
  @Field(() => Cursor)
  cursor!: Resolvable<string>;

  @Field(() => ID)
  methodId!: string;

  @Field(() => MethodReference, { nullable: true })
  method!: Resolvable<MethodReference | null>;

  @Field(() => Change)
  change!: Change;
}

@ObjectType('ProcessChange', { simpleResolvers: true })
export class ProcessChange {
  @Field(() => Cursor)
  cursor!: Resolvable<string>;

  @Field(() => ID)
  processId!: string;

  @Field(() => ProcessReference)
  process!: ProcessReference;
}

@ArgsType()
export class ChangedArguments {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => Cursor, { nullable: true })
  after?: string | null;
}
