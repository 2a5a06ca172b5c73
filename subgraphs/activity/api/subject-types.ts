import { createUnionType, Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from './node-types';

/** Things that others own, by their ids: what they are, their owners say. */
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Experiment', { implements: Node, simpleResolvers: true })
export class ExperimentReference {
  @Field(() => ID)
  id!: string;
}

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Method', { implements: Node, simpleResolvers: true })
export class MethodReference {
  @Field(() => ID)
  id!: string;
}

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Process', { implements: Node, simpleResolvers: true })
export class ProcessReference {
  @Field(() => ID)
  id!: string;
}

/** An experiment or a method as a reference, with the type that it has. */
export interface SubjectReference {
  type: 'Experiment' | 'Method';
  id: string;
}

export const subjectKindNames = { EXPERIMENT: 'EXPERIMENT', METHOD: 'METHOD' } as const;
registerEnumType(subjectKindNames, { name: 'SubjectKind' });

@ObjectType('DeletedSubject', { description: 'An experiment or a method that was deleted: what it was.', simpleResolvers: true })
export class DeletedSubject {
  type!: 'DeletedSubject';

  @Field(() => ID)
  id!: string;

  @Field(() => subjectKindNames)
  kind!: keyof typeof subjectKindNames;

  @Field(() => String)
  name!: string;
}

export const SubjectUnion = createUnionType({
  name: 'Subject',
  types: () => [ExperimentReference, MethodReference, DeletedSubject] as const,
  resolveType: (reference: unknown) => (reference as SubjectReference | DeletedSubject).type,
});
