import type { GraphQLFormattedError } from 'graphql';
import type { EntityAnswer, EntityError } from './entity-answer';

type Data = Record<string, unknown>;

/** Where the answer about one entity is, or will be. */
interface Asked {
  readonly answer: Promise<EntityAnswer>;
  readonly index: number;
}

/** The answers to fetches of one request that ask a subgraph the same: no entity is asked for by two of them. */
export class EntityAnswers {
  private readonly known = new Map<string, Asked>();

  /** `request` is sent what nobody has asked for yet. Its answers must not be changed. */
  async about(representations: readonly Data[], request: (fresh: readonly Data[]) => Promise<EntityAnswer>): Promise<EntityAnswer[]> {
    const keys = representations.map((representation) => JSON.stringify(representation));
    const fresh = representations.flatMap((representation, slot) => {
      const key = keys[slot];
      return key === undefined || this.known.has(key) ? [] : [{ key, representation }];
    });
    if (fresh.length > 0) {
      const answer = request(fresh.map(({ representation }) => representation));
      fresh.forEach(({ key }, index) => this.known.set(key, { answer, index }));
    }
    const asked = keys.map((key) => this.known.get(key));
    const answers = new Set(asked.flatMap((one) => (one ? [one.answer] : [])));
    return Promise.all([...answers].map(async (answer) => pick(await answer, asked.map((one) => (one?.answer === answer ? one.index : undefined)))));
  }
}

/** The part of an answer that is about some slots, under their numbers here. */
function pick(answer: EntityAnswer, indexOf: readonly (number | undefined)[]): EntityAnswer {
  if (answer.kind === 'failed') return answer;
  const errorsOf = new Map<number, readonly EntityError[]>();
  const entities = indexOf.map((index, slot) => {
    if (index === undefined) return undefined;
    const errors = answer.errorsOf.get(index);
    if (errors) errorsOf.set(slot, errors);
    return answer.entities[index];
  });
  const errors: readonly GraphQLFormattedError[] = answer.errors;
  return { kind: 'answered', entities, errorsOf, errors };
}
