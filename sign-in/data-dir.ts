import { resolve } from 'node:path';
import { text, type Variable } from '@test-planning/kernel/configuration';

/** Where it lies when DATA_DIR doesn't say. */
export const DEFAULT_DATA_DIR = resolve('./data');

export const dataDirVariable: Variable<string> = {
  name: 'DATA_DIR',
  decides: 'the directory of the keys, and of the data that is kept in files; made when it isn\'t there',
  parser: { ...text, parse: (given) => resolve(given) },
  otherwise: './data',
};
