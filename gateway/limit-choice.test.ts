import { readCommandLine } from './command-line';

describe('Limits on the command line', () => {
  const read = (args: string, environment = {}) => readCommandLine(['--supergraph', 'x', '--auth', 'off', ...args.split(' ').filter(Boolean)], environment)?.limits;

  it('are the defaults when nothing is said', () => {
    expect(read('')).toEqual({ limits: {}, persistedQueries: true });
  });

  it('are named by what they bound', () => {
    expect(read('--limit maxCost=1000 --limit maxDepth=20')).toMatchObject({ limits: { maxCost: 1000, maxDepth: 20 } });
    expect(read('', { LIMIT: 'maxCost=7,maxTokens=9' })).toMatchObject({ limits: { maxCost: 7, maxTokens: 9 } });
  });

  it('can be of cost or of operations in a time', () => {
    expect(read('--rate-limit 0.5:10')).toMatchObject({ rateLimit: { perSecond: 0.5, burst: 10, by: 'cost' } });
    expect(read('--rate-limit 2:10:operation')).toMatchObject({ rateLimit: { perSecond: 2, burst: 10, by: 'operation' } });
    expect(read('', { RATE_LIMIT: '20:100:cost' })).toMatchObject({ rateLimit: { perSecond: 20, burst: 100, by: 'cost' } });
  });

  it('can be to documents that are known', () => {
    expect(read('--trusted-documents m.json --no-client-queries')).toMatchObject({ trustedDocuments: { file: 'm.json', only: true }, persistedQueries: false });
    expect(read('--other-documents', { TRUSTED_DOCUMENTS: 'm.json' })).toMatchObject({ trustedDocuments: { file: 'm.json', only: false } });
  });

  it.each([
    ['--limit maxDepth', '--limit has to be NAME=N, not "maxDepth"'],
    ['--limit maxDepth=-1', '--limit has to be NAME=N, not "maxDepth=-1"'],
    ['--limit depth=1', /^--limit knows no "depth", but .*maxDepth, /],
    ['--limit toString=1', /^--limit knows no "toString"/],
    ['--rate-limit 10', '--rate-limit has to be PER_SECOND:BURST or PER_SECOND:BURST:operation, both above 0, not "10"'],
    ['--rate-limit 0:10', /not "0:10"$/],
    ['--rate-limit 1:10:size', /not "1:10:size"$/],
    ['--other-documents', /goes with --trusted-documents/],
  ])('are refused as %s', (args, message) => {
    expect(() => read(args)).toThrow(message);
  });
});
