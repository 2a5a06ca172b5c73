import { z } from 'zod';
import { applicationRate, description, id, name, tags, unit, type MethodDescription } from './fields';

/** A method as clients describe a new one: what may be left out may also be null. */
export const methodInput = z
  .object({
    id: id.nullish(),
    name,
    description: description.nullish(),
    applicationRate,
    unit: unit.nullish(),
    tags: tags.nullish(),
  })
  .transform((input): { id: string | null; description: MethodDescription } => ({
    id: input.id ?? null,
    description: {
      name: input.name,
      description: input.description ?? null,
      applicationRate: input.applicationRate,
      unit: input.unit ?? null,
      tags: input.tags ?? [],
    },
  }));
