import { BoundedCache } from '../bounded-cache';

/** What an identity may use, in units of an operation's estimated cost (see README, "What an operation may cost"). */
export interface RateLimit {
  /** What comes back to an identity each second; above 0. */
  readonly perSecond: number;
  /** What an identity may use at once after it was quiet; at least 1. */
  readonly burst: number;
  /** What an operation uses: its estimated cost, at least 1; or always 1. Default `cost`. */
  readonly by?: 'operation' | 'cost';
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Of a token: what sums of fractions may be off by. */
const tolerance = 1e-6;
/** Of identities that come meanwhile this many are remembered; whoever is forgotten begins with a full bucket. */
const remembered = 50_000;

/** A token bucket for each identity, filled when it is looked at. */
export class RateLimiter {
  private readonly buckets = new BoundedCache<string, Bucket>(remembered);
  private readonly perMs: number;

  /**
   * @param now milliseconds, from whenever.
   * @throws {RangeError} for a limit that would let nobody in.
   */
  constructor(readonly limit: RateLimit, private readonly now: () => number) {
    if (!(limit.perSecond > 0)) throw new RangeError(`rateLimit.perSecond has to be above 0, not ${limit.perSecond}`);
    if (!(limit.burst >= 1)) throw new RangeError(`rateLimit.burst has to be at least 1, not ${limit.burst}`);
    this.perMs = limit.perSecond / 1_000;
  }

  /**
   * Takes tokens out of the identity's bucket. Returns undefined, or, if there are too few and none was taken, the whole milliseconds until there are
   * enough. What weighs more than a full bucket holds, or what no number tells, needs a full one.
   */
  take(identity: string, weight = 1): number | undefined {
    const now = this.now();
    // NaN would stay in the bucket, and let everything through.
    const needed = Number.isFinite(weight) ? Math.min(weight, this.limit.burst) : this.limit.burst;
    const bucket = this.buckets.get(identity) ?? this.newBucket(identity, now);
    // A clock that was put back gives nothing, and takes nothing.
    bucket.tokens = Math.min(this.limit.burst, bucket.tokens + Math.max(0, now - bucket.filledAt) * this.perMs);
    bucket.filledAt = now;
    const missing = needed - bucket.tokens;
    if (missing > tolerance) return Math.max(1, Math.ceil((missing - tolerance) / this.perMs));
    bucket.tokens -= needed;
    return undefined;
  }

  private newBucket(identity: string, now: number): Bucket {
    const bucket = { tokens: this.limit.burst, filledAt: now };
    this.buckets.set(identity, bucket);
    return bucket;
  }

  /** Identities that are remembered. */
  get identities(): number {
    return this.buckets.size;
  }
}
