import { DateTime, instantInput } from '@test-planning/kernel/subgraph';
import { description, id, name, tags, type ExperimentDescription } from '@test-planning/schema/messages';
import { Field, Float, ID, InputType } from 'type-graphql';
import { z } from 'zod';

@InputType('CreateExperimentInput', {
  description:
    'name: 1 to 200 characters, not blank; description: up to 10,000; tags: up to 20, of 1 to 50; plannedEnd not before plannedStart. `id`: a UUID of your choice.',
})
export class CreateExperimentInput {
  @Field(() => ID, { nullable: true })
  id?: string | null;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => [String], { nullable: true })
  tags?: string[] | null;

  @Field(() => DateTime, { nullable: true })
  plannedStart?: unknown;

  @Field(() => DateTime, { nullable: true })
  plannedEnd?: unknown;
}

@InputType('UpdateExperimentInput')
export class UpdateExperimentInput {
  @Field(() => String, { nullable: true })
  name?: string | null;

  @Field(() => String, { nullable: true })
  description?: string | null;

  @Field(() => [String], { nullable: true })
  tags?: string[] | null;

  @Field(() => DateTime, { nullable: true })
  plannedStart?: unknown;

  @Field(() => DateTime, { nullable: true })
  plannedEnd?: unknown;
}

/** A method that comes into being together with an experiment. */
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

interface Dates {
  plannedStart?: string | null | undefined;
  plannedEnd?: string | null | undefined;
}

const inOrder = ({ plannedStart, plannedEnd }: Dates): boolean => !plannedStart || !plannedEnd || plannedStart <= plannedEnd;
const order = { path: ['plannedEnd'], message: 'must not be before plannedStart' };

/** A new experiment: what may be left out may also be null. */
export const experimentInput = z
  .object({
    id: id.nullish(),
    name,
    description: description.nullish(),
    tags: tags.nullish(),
    plannedStart: instantInput.nullish(),
    plannedEnd: instantInput.nullish(),
  })
  .refine(inOrder, order)
  .transform((input): { id: string | null; description: ExperimentDescription } => ({
    id: input.id ?? null,
    description: {
      name: input.name,
      description: input.description ?? null,
      tags: input.tags ?? [],
      plannedStart: input.plannedStart ?? null,
      plannedEnd: input.plannedEnd ?? null,
    },
  }));

/** Changes: what is left out stays; null clears what may be empty. */
export const experimentChanges = z
  .object({
    name: name.optional(),
    description: description.nullish(),
    tags: tags.nullable().transform((given) => given ?? []).optional(),
    plannedStart: instantInput.nullish(),
    plannedEnd: instantInput.nullish(),
  })
  .refine(inOrder, order);
