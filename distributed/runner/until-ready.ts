import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from '@test-planning/kernel/configuration';
import type { Child } from './child';

const EVERY_MS = 100;

/**
 * Resolves when each says that it is ready.
 * @throws {ConfigError} telling what those lack that aren't in time.
 */
export const untilReady = async (children: readonly Child[], withinMs: number, signal: AbortSignal): Promise<void> => {
  const deadline = Date.now() + withinMs;
  await Promise.all(children.map(async (child) => {
    for (;;) {
      const lacks = await lacking(child);
      if (lacks === undefined || signal.aborted) return;
      if (Date.now() > deadline) throw new ConfigError(`${child.name} was not ready within ${withinMs / 1000} s: ${lacks}`);
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }));
};

/** Why it is not ready; undefined when it is. */
const lacking = async ({ url }: Child): Promise<string | undefined> => {
  try {
    const response = await fetch(new URL('/health/ready', url), { signal: AbortSignal.timeout(5_000) });
    const said = await response.text();
    return response.ok ? undefined : said;
  } catch (error) {
    return String((error as Error).cause ?? error);
  }
};
