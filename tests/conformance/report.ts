import { styleText } from 'node:util';
import type { Tested } from './run-points';

interface Summary {
  readonly ok: number;
  readonly fails: number;
  readonly notTested: number;
}

export const summaryOf = (tested: readonly Tested[]): Summary => {
  const count = (kind: Tested['outcome']['kind']): number => tested.filter(({ outcome }) => outcome.kind === kind).length;
  return { ok: count('ok'), fails: count('fails'), notTested: count('not tested') };
};

const groupOf = ({ point: { name } }: Tested): string => name.slice(0, name.indexOf('.'));

/** One line for each point, and for one that fails the sentence that it is held to. */
const linesOf = ({ point: { name, kind, holds }, outcome }: Tested): string => {
  const title = `  ${name}${kind === 'extension' ? ' (extension)' : ''}`;
  switch (outcome.kind) {
    case 'ok': return `${title}: ${styleText('green', 'ok')}`;
    case 'not tested': return `${title}: ${styleText('yellow', 'not tested')}: ${outcome.why}`;
    case 'fails': return `${title}: ${styleText('red', 'FAILS')}: expected ${outcome.expected}, got ${outcome.got}\n      ${holds.document}: ${holds.says}`;
  }
};

/** The whole result as text, group by group. */
export const report = (tested: readonly Tested[]): string => {
  const groups = [...Map.groupBy(tested, groupOf)].map(([group, members]) => [group, ...members.map(linesOf)].join('\n'));
  const totals = (['core', 'extension'] as const).map((kind) => {
    const { ok, fails, notTested } = summaryOf(tested.filter(({ point }) => point.kind === kind));
    return `${kind}: ${ok} ok, ${fails} fail, ${notTested} not tested`;
  });
  return [...groups, totals.join('\n')].join('\n\n');
};

/** The same for programs: one object, on one line. */
export const reportJson = (tested: readonly Tested[]): string => JSON.stringify({
  summary: summaryOf(tested),
  points: tested.map(({ point: { name, kind, holds }, outcome: { kind: outcome, ...rest }, milliseconds }) => ({ name, kind, outcome, ...rest, milliseconds, holds })),
});
