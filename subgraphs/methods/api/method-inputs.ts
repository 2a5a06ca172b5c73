import { applicationRate, description, name, tags, unit } from '@test-planning/schema/messages';
import { Field, Float, ID, InputType } from 'type-graphql';
import { z } from 'zod';

@InputType('CreateMethodInput', { description: 'applicationRate: 0 to 1e9, finite; unit: up to 20 characters; the rest as for an experiment.' })
export class CreateMethodInput {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => Float)
  applicationRate!: number;

  @Field(() => String, { nullable: true })
  unit?: string | null;

  @Field(() => [String], { nullable: true })
  tags?: string[] | null;
}

@InputType('UpdateMethodInput')
export class UpdateMethodInput {
  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => Float, { nullable: true })
  applicationRate?: number | null;

  @Field(() => String, { nullable: true })
  unit?: string | null;

  @Field(() => [String], { nullable: true })
  tags?: string[] | null;
}

/** Changes: what is left out stays; null clears what may be empty. */
export const methodChanges = z.object({
  name: name.optional(),
  description: description.nullish(),
  applicationRate: applicationRate.optional(),
  unit: unit.nullish(),
  tags: tags.nullable().transform((given) => given ?? []).optional(),
});
