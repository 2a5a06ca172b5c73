import type { Reach } from './subgraph-transport';

/** Something of which one is as good as another, while it can be reached. */
interface Choice {
  readonly reach: Reach;
}

/** Takes its items in turn, without those that did not answer last as long as there are others. */
export class Rotation<Item extends Choice> {
  private turn = 0;

  constructor(readonly items: readonly Item[]) {}

  /** Another than `not`, if there is one. Undefined only where there are no items. */
  next(not?: Item): Item | undefined {
    const { items } = this;
    if (items.length <= 1) return items[0];
    this.turn = (this.turn + 1) % items.length;
    let lost: Item | undefined;
    for (let step = 0; step < items.length; step += 1) {
      const item = items[(this.turn + step) % items.length];
      if (!item || item === not) continue;
      if (item.reach.kind !== 'unreachable') return item;
      lost ??= item;
    }
    return lost;
  }
}
