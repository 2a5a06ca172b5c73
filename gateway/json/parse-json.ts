import { randomUUID } from 'node:crypto';
import { exactNumber } from './exact-number';
import { mayHaveLongNumbers } from './long-numbers';
import { markNumbers } from './marked-numbers';

/** Known to this process alone, so that no text can hold it. */
const marker = `${randomUUID()}:`;

/**
 * The value of a text, as JSON.parse has it, but for numbers that a double would change: each of them is an {@link exactNumber}. Nested as deeply as JSON.parse can read.
 * @throws {SyntaxError} for what is no JSON.
 */
export function parseJson(text: string): unknown {
  if (!mayHaveLongNumbers(text)) return JSON.parse(text);
  const marked = markNumbers(text, marker);
  if (marked.count === 0) return JSON.parse(text);
  let value: unknown;
  try {
    value = JSON.parse(marked.text);
  } catch {
    // An error quotes the text, and the marker is nobody's business.
    value = JSON.parse(text);
  }
  return withExactNumbers(value, marked.count);
}

type Container = Record<string | number, unknown>;

/** Without recursion: a text may nest deeper than the stack is. */
function withExactNumbers(root: unknown, count: number): unknown {
  const top: Container = { root };
  const waiting: Container[] = [top];
  let left = count;
  for (let container = waiting.pop(); container && left > 0; container = waiting.pop()) {
    for (const key of Object.keys(container)) {
      const value = container[key];
      if (typeof value === 'object' && value !== null) {
        waiting.push(value as Container);
      } else if (typeof value === 'string' && value.startsWith(marker)) {
        setOwn(container, key, exactNumber(value.slice(marker.length)));
        left -= 1;
      }
    }
  }
  return top['root'];
}

function setOwn(container: Container, key: string, value: unknown): void {
  // To assign it would change what the object inherits.
  if (key === '__proto__') Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
  else container[key] = value;
}
