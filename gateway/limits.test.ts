import { defaultLimits } from './config';
import type { GatewayLimits } from './config';
import { limitsOf } from './limits';
import { startGateway } from './service';

describe('limits', () => {
  it('that are not given, or undefined, are the default ones', () => {
    expect(limitsOf()).toEqual(defaultLimits);
    expect(limitsOf({ maxDepth: 3, maxFields: 0, maxCost: undefined, maxTokens: undefined } as Partial<GatewayLimits>)).toEqual({ ...defaultLimits, maxDepth: 3, maxFields: 0 });
    expect(limitsOf({ maxCost: Infinity }).maxCost).toBe(Infinity);
  });

  it.each<[keyof GatewayLimits, unknown, string]>([
    ['maxDepth', Number.NaN, 'NaN'],
    ['maxBodyBytes', -1, '-1'],
    ['maxConnections', -Infinity, '-Infinity'],
    ['maxCost', '100', '"100"'],
    ['cachedPlans', null, 'null'],
  ])('%s of %p is refused before anything is started', async (name, limit, shown) => {
    const logger = { debug: jest.fn(), info: jest.fn(), warn: jest.fn(), error: jest.fn() };
    const start = startGateway(
      { supergraph: 'type {', host: '127.0.0.1', port: 0, auth: { mode: 'off' }, limits: { [name]: limit } },
      { logger, transport: () => { throw new Error('Nothing is started'); } },
    );
    await expect(start).rejects.toThrow(new RangeError(`limits.${name} has to be a number, 0 or more, not ${shown}`));
  });
});
