import type { PlanResult } from './plan-executor';
import type { ResponsePath } from './response-path';

interface Step {
  readonly next: Map<string | number, Step>;
  ends: boolean;
}

/** Places of an answer where something is known to have gone wrong, or to be missing rightly. */
export class Reasons {
  private readonly root: Step = { next: new Map(), ends: false };

  add(path: ResponsePath): void {
    let step = this.root;
    for (const key of path) {
      let next = step.next.get(key);
      if (!next) step.next.set(key, next = { next: new Map(), ends: false });
      step = next;
    }
    step.ends = true;
  }

  /** Whether a reason lies at, above or below this place. One that leaves list indices out holds for all items. */
  accountFor(place: ResponsePath): boolean {
    let steps = [this.root];
    for (const key of place) {
      if (steps.some(({ ends }) => ends)) return true;
      const further: Step[] = [];
      for (const step of steps) {
        const next = step.next.get(key);
        if (next) further.push(next);
        if (typeof key === 'number') further.push(step);
      }
      if (further.length === 0) return false;
      steps = further;
    }
    return steps.some(({ ends, next }) => ends || next.size > 0);
  }
}

export function reasonsOf({ errors, absent = [] }: Pick<PlanResult, 'errors' | 'absent'>): Reasons {
  const reasons = new Reasons();
  for (const { path } of errors) reasons.add(path ?? []);
  for (const path of absent) reasons.add(path);
  return reasons;
}
