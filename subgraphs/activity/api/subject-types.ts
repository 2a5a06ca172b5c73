import { createUnionType, Directive, Field, ID, ObjectType } from 'type-graphql';

/** Things that others own, by their ids: what they are, their owners say. */
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Experiment', { simpleResolvers: true })
export class ExperimentReference {
  @Field(() => ID)
  id!: string;
}

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Method', { simpleResolvers: true })
export class MethodReference {
  @Field(() => ID)
  id!: string;
}

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Process', { simpleResolvers: true })
export class ProcessReference {
  @Field(() => ID)
  id!: string;
}

/** An experiment or a method as a reference, with the type that it has. */
export interface SubjectReference {
  type: 'Experiment' | 'Method';
  id: string;
}

export const SubjectUnion = createUnionType({
  name: 'Subject',
  types: () => [ExperimentReference, MethodReference] as const,
  resolveType: (reference: unknown) => (reference as SubjectReference).type,
});
