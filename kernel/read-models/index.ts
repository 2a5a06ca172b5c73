export type {
  Condition, KeysetPosition, OrderBy, QueryableReadModels, ReadModels, ViewDefinition, ViewField, ViewPage, ViewPageQuery, ViewQuery, ViewWrite,
} from './read-models';
export { meetsAll } from './conditions';
export { isSearchable, MAX_SEARCHED_WORDS } from './words';
export type { RebuildableReadModels } from './view-versions';
