import type { QueryableReadModels, ViewPage, ViewPageQuery, ViewQuery } from '../read-models/read-models';
import { BatchLoader } from './batch-loader';

/**
 * Answers all pages that are asked for in one go by one `pageEach`, and all counts by one `countEach`: for fields that every item of
 * a list has. It remembers what it read: use one per request.
 */
export function batchedViews(views: QueryableReadModels): Pick<QueryableReadModels, 'page' | 'count'> {
  const pageOf = batched<ViewPageQuery, ViewPage<unknown>>((queries) => views.pageEach(queries));
  const countOf = batched<ViewQuery, number>((queries) => views.countEach(queries));
  return {
    page: <Document>(query: ViewPageQuery) => pageOf(query) as Promise<ViewPage<Document>>,
    count: countOf,
  };
}

/** A query is plain JSON, so its text serves as its key. */
function batched<Query, Answer>(answerEach: (queries: readonly Query[]) => Promise<Answer[]>): (query: Query) => Promise<Answer> {
  const loader = new BatchLoader<Answer>(async (keys) => {
    const answers = await answerEach(keys.map((key) => JSON.parse(key) as Query));
    return new Map(answers.map((answer, index) => [keys[index] as string, answer]));
  });
  // Every query has an answer, so every key has a value.
  return (query) => loader.load(JSON.stringify(query)) as Promise<Answer>;
}
