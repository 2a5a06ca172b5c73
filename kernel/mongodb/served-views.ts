import { errorText } from '../event-sourcing/handling-loop/error-text';
import { UnavailableError } from '../health/unavailable-error';
import type { Dependency } from '../health/dependency';
import type { QueryableReadModels, ReadModels } from '../read-models/read-models';
import type { Logger } from '../telemetry/logger';
import type { ViewVersions } from './view-versions';

/** What was seen of the versions is looked at again after so long, in milliseconds: at once by who needs it, and meanwhile by the way. */
const OLD_MS = 5_000;
const AGEING_MS = 1_000;

/**
 * Views for an API: it answers from those of its own versions, beside whatever other versions are there, and from none that a worker has not completed yet.
 */
export class ServedViews implements Dependency {
  readonly name: string;
  /** Rejects with an UnavailableError what is asked of a view that is not complete yet. */
  readonly views: QueryableReadModels;
  readonly #versions: ViewVersions;
  readonly #logger: Logger;
  #seenAt = performance.now();
  #looking: Promise<void> | undefined;

  constructor(service: string, views: ReadModels, versions: ViewVersions, logger: Logger) {
    this.name = `views of ${service}`;
    this.#versions = versions;
    this.#logger = logger;
    this.views = {
      get: async (view, lab, ids) => {
        await this.#check([view]);
        return views.get(view, lab, ids);
      },
      page: async (query) => {
        await this.#check([query.view]);
        return views.page(query);
      },
      count: async (query) => {
        await this.#check([query.view]);
        return views.count(query);
      },
      pageEach: async (queries) => {
        await this.#check(queries.map(({ view }) => view));
        return views.pageEach(queries);
      },
      countEach: async (queries) => {
        await this.#check(queries.map(({ view }) => view));
        return views.countEach(queries);
      },
      watch: (view, lab, id, wake) => views.watch(view, lab, id, wake),
    };
  }

  /** Names what is not complete yet. Whoever asks again a moment later learns of a change. */
  problem(): string | undefined {
    if (this.#age() > AGEING_MS) this.#lookByTheWay();
    const building = this.#versions.building();
    return building.length === 0 ? undefined : `These views are being built: ${building.join(', ')}`;
  }

  async #check(views: readonly string[]): Promise<void> {
    const isBuilding = () => views.some((view) => this.#versions.state(view) === 'building');
    if (this.#age() > OLD_MS || isBuilding()) await this.#look();
    else if (this.#age() > AGEING_MS) this.#lookByTheWay();
    if (isBuilding()) throw new UnavailableError(this.name, this.problem());
  }

  #age(): number {
    return performance.now() - this.#seenAt;
  }

  #lookByTheWay(): void {
    this.#look().catch((error: unknown) => {
      this.#logger.debug({ reason: errorText(error) }, 'The state of the views could not be read; it will be asked for again');
    });
  }

  /** Those who ask at the same moment share one look. */
  #look(): Promise<void> {
    this.#looking ??= this.#versions.refresh().then(() => {
      this.#seenAt = performance.now();
    }).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }
}
