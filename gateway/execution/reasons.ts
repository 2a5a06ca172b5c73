import type { PlanResult } from './plan-executor';
import type { ResponsePath } from './response-path';

/** Places of an answer where something is known to have gone wrong, or to be missing rightly. */
export class Reasons {
  private readonly exact = new PathTree();
  /** Those that name no list index: they hold for all items. */
  private readonly everywhere = new PathTree();

  add(path: ResponsePath): void {
    (path.some(isIndex) ? this.exact : this.everywhere).add(path);
  }

  /** Whether a reason lies at, above or below this place. */
  accountFor(place: ResponsePath): boolean {
    return this.exact.meets(place) || this.everywhere.meets(place.filter((step) => !isIndex(step)));
  }
}

export function reasonsOf({ errors, absent = [] }: Pick<PlanResult, 'errors' | 'absent'>): Reasons {
  const reasons = new Reasons();
  for (const { path } of errors) reasons.add(path ?? []);
  for (const path of absent) reasons.add(path);
  return reasons;
}

class PathTree {
  private readonly root: Branch = { next: new Map(), ends: false };
  private isEmpty = true;

  add(path: ResponsePath): void {
    let branch = this.root;
    for (const step of path) {
      let next = branch.next.get(step);
      if (!next) branch.next.set(step, next = { next: new Map(), ends: false });
      branch = next;
    }
    branch.ends = true;
    this.isEmpty = false;
  }

  meets(path: ResponsePath): boolean {
    if (this.isEmpty) return false;
    let branch = this.root;
    for (const step of path) {
      if (branch.ends) return true;
      const next = branch.next.get(step);
      if (!next) return false;
      branch = next;
    }
    return true;
  }
}

interface Branch {
  readonly next: Map<string | number, Branch>;
  ends: boolean;
}

function isIndex(step: string | number): boolean {
  return typeof step === 'number';
}
