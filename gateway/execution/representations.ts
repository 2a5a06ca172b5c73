import type { FailedFields } from './failed-requirements';
import type { RepresentationBuilder, RepresentationShape } from './representation-shape';
import type { EntityPlaces, Holder, Visit } from './places';

type Data = Record<string, unknown>;

interface Situation {
  /** Gets the objects that come to stand at several places. */
  readonly repeated: Set<object>;
  /** Objects of which something that is required failed. */
  readonly failed: ReadonlyMap<Data, FailedFields> | undefined;
  /** Whether something should be there that is not: else what is not there was not asked for, since nothing that the client wants needs it. */
  isLacking(object: Data): boolean;
}

/** The entities that one fetch asks for: each once, whatever the number of places where it stands. */
export class Representations {
  /** To send; the place of each in this list is its slot. */
  readonly list: Data[] = [];
  /** Objects to merge into, and the slot of what goes there. */
  readonly targets: Data[] = [];
  readonly slots: number[] = [];
  /** Objects of which something is required that is not there. */
  readonly incomplete: Data[] = [];
  /** By type, then by the value of the key or by the whole representation as JSON. */
  private readonly known = new Map<string, Map<unknown, number>>();
  /** By slot: the object that stands for all those of this path that consist of nothing but the representation. */
  private bare: (Data | undefined)[] = [];
  /** By slot: the last such object that is known to be repeated. */
  private readonly repeatedSlots: (Data | undefined)[] = [];
  /** What objects are that don't say so. */
  private typeHere: string | undefined;
  private lastType: string | undefined;
  private lastBuilder: RepresentationBuilder | undefined;
  private lastKnown: Map<unknown, number> | undefined;

  constructor(private readonly shape: RepresentationShape, private readonly situation: Situation) {}

  get failed(): Situation['failed'] {
    return this.situation.failed;
  }

  /** For all places of one path. */
  visitor({ type, mayShare }: Pick<EntityPlaces, 'type' | 'mayShare'>): Visit {
    this.bare = [];
    this.typeHere = type;
    return mayShare ? (object, holder, key) => { this.add(object, holder, key); } : (object) => { this.add(object, undefined, ''); };
  }

  private add(object: Data, place: Holder | undefined, key: string | number): void {
    const failed = this.situation.failed?.get(object);
    if (failed?.areAll) return;
    const holder = failed ? undefined : place;
    const type = object['__typename'] ?? this.typeHere;
    if (typeof type !== 'string') return;
    if (type !== this.lastType) this.turnTo(type);
    const { lastBuilder: builder, lastKnown: known } = this;
    if (!builder || !known) return;

    let representation: Data | undefined;
    let identity: unknown;
    const only = builder.onlyKey === undefined ? undefined : object[builder.onlyKey];
    if (typeof only === 'string' || typeof only === 'number') {
      identity = only;
    } else {
      representation = builder.build(object) ?? (!failed && this.situation.isLacking(object) ? undefined : builder.buildPartly(object));
      if (!representation) {
        this.incomplete.push(object);
        return;
      }
      // Apart from any value of a key, which is no object's text.
      identity = `\u0000${JSON.stringify(representation)}`;
    }
    let slot = known.get(identity);
    if (slot === undefined) {
      representation ??= builder.build(object);
      if (!representation) return;
      slot = this.list.push(representation) - 1;
      known.set(identity, slot);
      this.addTarget(object, slot);
      if (holder && hasSize(object, builder.size)) this.bare[slot] = object;
      return;
    }
    const bare = this.bare[slot];
    if (bare && bare !== object && holder && hasSize(object, builder.size)) {
      holder[key] = bare;
      if (this.repeatedSlots[slot] === bare) return;
      this.repeatedSlots[slot] = bare;
      this.situation.repeated.add(bare);
    } else {
      this.addTarget(object, slot);
    }
  }

  private addTarget(object: Data, slot: number): void {
    this.targets.push(object);
    this.slots.push(slot);
  }

  private turnTo(type: string): void {
    this.lastType = type;
    this.lastBuilder = this.shape.builderOf(type);
    let known = this.known.get(type);
    if (!known && this.lastBuilder) this.known.set(type, known = new Map());
    this.lastKnown = known;
  }
}

/** Beside its type. */
function hasSize(object: Data, size: number): boolean {
  let count = 0;
  for (const key in object) if (key !== '__typename') count += 1;
  return count === size;
}
