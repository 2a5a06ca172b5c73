import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { generatedSchema } from '@test-planning/standalone';

const committed = (file: string): string => readFileSync(resolve(__dirname, '../../schema/graphql', file), 'utf8');

describe('The generated schema files', () => {
  it.each(Object.entries(generatedSchema()))('%s is what the code says (npm run schema writes it)', (file, text) => {
    expect(committed(file)).toBe(text);
  });
});
