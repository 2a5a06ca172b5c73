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
    this.turn = (this.turn + 1) % (items.length || 1);
    const inTurn = [...items.slice(this.turn), ...items.slice(0, this.turn)];
    const others = inTurn.filter((item) => item !== not);
    return others.find(({ reach }) => reach.kind !== 'unreachable') ?? others[0] ?? not;
  }
}
