import { setImmediate as nextTurn } from 'node:timers/promises';
import { Chance } from '../chance';
import type { Following } from '../clients/following';
import { becomesSame, same } from '../deviation';
import { protocol, type Point } from '../point';
import { numbers, numbersOf, type Trial } from '../trial';

const STEPS = 300;
const CLIENTS = 4;

/** A client that goes and comes back behind the last entry that it got, and keeps all that it ever heard. */
class Wanderer {
  private readonly heard: unknown[] = [];
  private following: Following | undefined;

  constructor(private readonly trial: Trial) {}

  async comeBack(): Promise<void> {
    const last = this.all.at(-1);
    this.following = await this.trial.added({ select: 'item { label }', after: typeof last === 'number' ? last : 0 });
  }

  vanish(): void {
    this.heard.push(...numbersOf(this.following ?? { results: [], end: undefined, place: undefined, leave: ignore, vanish: ignore, pause: ignore, resume: ignore }));
    this.following?.vanish();
    this.following = undefined;
  }

  get isHere(): boolean {
    return this.following !== undefined;
  }

  get end(): Following['end'] {
    return this.following?.end;
  }

  get all(): readonly unknown[] {
    return this.following ? [...this.heard, ...numbersOf(this.following)] : this.heard;
  }
}

function ignore(): void {
  // Nobody is there.
}

/** Everything that can get lost, at moments that nobody has thought of. */
export const randomMoments: readonly Point[] = [
  {
    name: 'resume.random-moments', kind: 'extension', alone: true,
    holds: protocol('it gets every event once, in order, across lost sockets and restarts of subgraphs and across new supergraphs'),
    async check(trial) {
      const chance = new Chance(trial.field.seed);
      const { feed } = trial.field.subgraphs;
      const wanderers = Array.from({ length: CLIENTS }, () => new Wanderer(trial));
      for (const wanderer of wanderers) await wanderer.comeBack();
      for (let step = 0; step < STEPS; step += 1) {
        const wanderer = wanderers[chance.below(CLIENTS)];
        const what = chance.below(100);
        if (what < 70) trial.channel.append({ items: [`item-${chance.below(5)}`] });
        else if (what < 78) feed.breakSockets();
        else if (what < 80) {
          await feed.stop();
          trial.channel.append();
          await feed.start();
        } else if (what < 90) {
          if (wanderer?.isHere === true) wanderer.vanish();
          else await wanderer?.comeBack();
        } else {
          for (let turn = chance.below(20); turn > 0; turn -= 1) await nextTurn();
        }
      }
      for (const wanderer of wanderers) if (!wanderer.isHere) await wanderer.comeBack();
      trial.channel.append();
      for (const wanderer of wanderers) {
        await becomesSame('entries', () => (wanderer.end ? { ...wanderer.end, entries: wanderer.all } : wanderer.all), numbers(trial.channel.entries.length), 60_000);
        same('an end', wanderer.end, undefined);
      }
    },
  },
];
