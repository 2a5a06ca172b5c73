import { Quota } from './quota';

describe('A quota', () => {
  it('is held by each identity for itself', () => {
    const quota = new Quota(2);
    const first = quota.acquire('ada');
    expect(quota.acquire('ada')).toBeDefined();
    expect(quota.acquire('ada')).toBeUndefined();
    expect(quota.acquire('bob')).toBeDefined();
    first?.();
    expect(quota.acquire('ada')).toBeDefined();
    expect(quota.acquire('ada')).toBeUndefined();
  });

  it('is given back once, however often that is asked for', () => {
    const quota = new Quota(2);
    const release = quota.acquire('ada');
    quota.acquire('ada');
    release?.();
    release?.();
    expect(quota.acquire('ada')).toBeDefined();
    expect(quota.acquire('ada')).toBeUndefined();
  });

  it('remembers nobody who holds nothing', () => {
    const quota = new Quota(1);
    for (let index = 0; index < 100; index += 1) quota.acquire(`caller ${index}`)?.();
    expect(quota.identities).toBe(0);
  });

  it('of nothing is given to nobody', () => {
    const quota = new Quota(0);
    expect(quota.acquire('ada')).toBeUndefined();
    expect(quota.identities).toBe(0);
  });
});
