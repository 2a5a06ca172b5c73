import { losses } from './compare';
import { kinds, type Kind, type Samples } from './kinds';
import { reviewedLosses } from './reviewed-losses';

/** What of the recorded samples today's code stores no more, or otherwise; a sentence each, that ends with whom it breaks. */
export const faultsOf = (kind: Kind, recorded: Samples, present: Samples): string[] =>
  Object.entries(recorded)
    .flatMap(([name, sample]) => {
      if (Object.hasOwn(present, name)) return losses(sample, present[name], name);
      return isSuperseded(name, present) ? [] : [`${name} is not stored any more`];
    })
    .filter((loss) => !reviewedLosses.some((reviewed) => reviewed.loss === loss))
    .map((loss) => `${loss}. ${kinds[kind]}`);

/** Whether a later version of the type has taken its place. */
const isSuperseded = (name: string, present: Samples): boolean => Object.keys(present).some((other) => other !== name && withoutVersion(other) === withoutVersion(name));

const withoutVersion = (name: string): string => name.replace(/\.v\d+/, '');
