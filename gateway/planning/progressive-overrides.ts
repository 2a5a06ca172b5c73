import { createHash } from 'node:crypto';
import type { Caller } from '../security/caller';

/** A label of `@override(from:, label:)`. */
export interface OverrideLabel {
  readonly label: string;
  /** Of `percent(n)`: n, from 0 to 100. Undefined for labels that the program decides on. */
  readonly percent: number | undefined;
}

/** Decides on the labels that are no `percent(n)`. */
export interface OverrideSettings {
  /** Labels that apply to every operation. */
  readonly always?: readonly string[] | undefined;
  /** Returns which of `labels` apply to this caller's operation. */
  readonly chosen?: ((labels: readonly string[], caller: Caller) => Iterable<string>) | undefined;
}

/** The labels of which the new subgraph is asked; equal sets have equal keys. */
export interface OverrideDecision {
  readonly active: ReadonlySet<string>;
  readonly key: string;
}

export const noOverrides: OverrideDecision = { active: new Set(), key: '' };

const percentLabel = /^percent\((\d{1,2}(?:\.\d{1,8})?|100)\)$/;
const namedLabel = /^[a-zA-Z][a-zA-Z0-9_\-:./]*$/;

/** Undefined for a text that is no label by the federation specification. */
export function overrideLabelOf(label: string): OverrideLabel | undefined {
  const [, percent] = percentLabel.exec(label) ?? [];
  if (percent !== undefined) return { label, percent: Number(percent) };
  return namedLabel.test(label) ? { label, percent: undefined } : undefined;
}

/** Decides for each operation which labels of a supergraph apply. */
export class ProgressiveOverrides {
  private readonly named: readonly string[];

  constructor(private readonly labels: readonly OverrideLabel[], private readonly settings: OverrideSettings = {}) {
    this.named = labels.filter(({ percent }) => percent === undefined).map(({ label }) => label);
  }

  /**
   * One draw decides on all `percent(n)` labels: what is given to 5 % is given to the same callers among 50 %, and n labels make n + 1 sets at most. The draw of a caller with a
   * subject is always the same; others draw again for each operation.
   */
  decide(caller: Caller): OverrideDecision {
    if (this.labels.length === 0) return noOverrides;
    const chosen = new Set(this.settings.always);
    if (this.named.length > 0) for (const label of this.settings.chosen?.(this.named, caller) ?? []) chosen.add(label);
    const draw = drawOf(caller);
    return this.decision(({ label, percent }) => (percent === undefined ? chosen.has(label) : draw < percent));
  }

  /** Of what was decided on another supergraph, as far as this one has the labels. */
  adopted({ active }: OverrideDecision): OverrideDecision {
    return this.labels.length === 0 ? noOverrides : this.decision(({ label }) => active.has(label));
  }

  private decision(isActive: (label: OverrideLabel) => boolean): OverrideDecision {
    const active = this.labels.filter(isActive).map(({ label }) => label);
    return { active: new Set(active), key: JSON.stringify(active) };
  }
}

/** From 0 up to, but without, 100. */
function drawOf(caller: Caller): number {
  const subject = caller.kind === 'identified' ? caller.claims.sub : undefined;
  if (subject === undefined) return Math.random() * 100;
  return (createHash('sha256').update(subject).digest().readUIntBE(0, 6) / 2 ** 48) * 100;
}
