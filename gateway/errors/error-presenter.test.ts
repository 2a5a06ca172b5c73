import { GraphQLError } from 'graphql';
import { SubgraphUnreachable } from '../transport/subgraph-transport';
import { errorPresenter } from './error-presenter';
import type { ErrorRules } from './error-presenter';

const secret = (code?: unknown, more: object = {}) => new GraphQLError('Secret', { path: ['a'], extensions: { ...(code === undefined ? {} : { code }), serviceName: 'things', exception: {}, stacktrace: [], http: {}, ...more } });

describe('An error presenter', () => {
  const logged: { level: string; fields: object }[] = [];
  const log = (level: string) => (fields: object) => void logged.push({ level, fields });
  const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
  beforeEach(() => { logged.length = 0; });
  const present = (rules: ErrorRules, ...errors: unknown[]) => errorPresenter(rules, logger)(errors, 'mine').map((error) => error.toJSON());
  const masked = (code = 'INTERNAL_SERVER_ERROR') => ({ message: 'Internal server error', path: ['a'], extensions: { code, requestId: 'mine' } });
  const open = (extensions: object) => ({ message: 'Secret', path: ['a'], extensions });

  it.each<[NonNullable<ErrorRules['mask']>, unknown, object, string[]]>([
    ['uncoded', undefined, masked(), ['error']],
    ['uncoded', 'INTERNAL_SERVER_ERROR', masked(), ['error']],
    ['uncoded', 'DOWNSTREAM_SERVICE_ERROR', masked(), ['error']],
    ['uncoded', 'GONE', open({ code: 'GONE' }), []],
    ['all', undefined, masked(), ['error']],
    ['all', 'GONE', masked('GONE'), ['info']],
    ['all', { secret: true }, masked(), ['info']],
    ['none', undefined, open({ code: 'INTERNAL_SERVER_ERROR', requestId: 'mine' }), ['error']],
    ['none', 'DOWNSTREAM_SERVICE_ERROR', open({ code: 'DOWNSTREAM_SERVICE_ERROR', requestId: 'mine' }), ['error']],
    ['none', 'GONE', open({ code: 'GONE' }), []],
  ])('that masks %s, of a subgraph\'s error with the code %p', (mask, code, told, levels) => {
    expect(present({ mask }, secret(code))).toEqual([told]);
    expect(logged.map(({ level }) => level)).toEqual(levels);
    for (const { fields } of logged) expect(fields).toMatchObject({ requestId: 'mine', err: { message: 'Secret' } });
  });

  it('masks uncoded ones by default', () => expect(present({}, secret(), secret('GONE'))).toEqual([masked(), open({ code: 'GONE' })]));

  it.each<ErrorRules>([{ mask: 'uncoded' }, { mask: 'all' }, { mask: 'none' }])('tells what the gateway says itself, and never what failed in it (%j)', (rules) => {
    expect(present(rules, new GraphQLError('Too late', { extensions: { code: 'EXPIRED' } }), new SubgraphUnreachable('things', new Error('10.0.0.7')), new TypeError('Secret'))).toEqual([
      { message: 'Too late', extensions: { code: 'EXPIRED' } },
      { message: 'The subgraph "things" can\'t be reached', extensions: { code: 'UNAVAILABLE' } },
      { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'mine' } },
    ]);
  });

  it.each(['uncoded', 'none'] as const)('hides the extensions that it was told to (%s)', (mask) => {
    expect(present({ mask, hiddenExtensions: ['trace'] }, secret('GONE', { trace: 1, field: 'b' }))).toEqual([open({ code: 'GONE', field: 'b' })]);
  });

  it('knows no other masks', () => {
    expect(() => errorPresenter({ mask: 'some' } as unknown as ErrorRules, logger)).toThrow(new RangeError('errors.mask has to be uncoded, all, none, not "some"'));
  });
});
