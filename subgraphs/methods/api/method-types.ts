import { ActorType, Cursor, DateTime, listSize, PageInfo, type Resolvable } from '@test-planning/kernel/subgraph';
import { Directive, Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';

export const methodStatuses = { DRAFT: 'DRAFT', PUBLISHED: 'PUBLISHED', RETIRED: 'RETIRED' } as const;
export type MethodStatus = keyof typeof methodStatuses;
registerEnumType(methodStatuses, { name: 'MethodStatus' });

@Directive('@key(fields: "id")')
@Directive('@requiresScopes(scopes: [["methods:read"]])')
@ObjectType('Method', { simpleResolvers: true })
export class Method {
  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  version!: number;

  @Field(() => String, { description: 'Unique in the lab, whatever the case.' })
  name!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => Float)
  applicationRate!: number;

  @Field(() => String, { nullable: true, description: 'Of the application rate, as kg/ha.' })
  unit!: string | null;

  @Field(() => methodStatuses)
  status!: MethodStatus;

  @Field(() => Int, { description: '1, 2, ...: of what is shown here; a published one never changes.' })
  revision!: number;

  @Field(() => Int, { nullable: true })
  publishedRevision!: number | null;

  @Directive(listSize(20))
  @Field(() => [String])
  tags!: string[];

  @Field(() => ActorType)
  creator!: ActorType;

  @Field(() => DateTime)
  createdAt!: string;

  @Field(() => DateTime)
  updatedAt!: string;

  @Field(() => Int)
  experimentCount!: number;
}

@ObjectType('MethodEdge', { simpleResolvers: true })
class MethodEdge {
  @Field(() => Cursor)
  cursor!: Resolvable<string>;

  @Field(() => Method)
  node!: Method;
}

@ObjectType('MethodConnection', { simpleResolvers: true })
export class MethodConnection {
  @Field(() => [MethodEdge])
  edges!: MethodEdge[];

  @Field(() => [Method])
  nodes!: Method[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Int)
  totalCount!: Resolvable<number>;
}
