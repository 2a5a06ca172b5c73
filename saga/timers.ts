import type { WorkerPorts } from '@test-planning/kernel/event-sourcing';
import { derivedId, encodeMessage, parseStreamId, waitBackOff, type Message } from '@test-planning/kernel/messaging';
import type { KeysetPosition, ViewPage } from '@test-planning/kernel/read-models';
import { topics } from '@test-planning/schema/messages';
import { setTimeout as delay } from 'node:timers/promises';
import { timersView, type TimerDocument } from './views/timers-view';

type TimerPorts = Pick<WorkerPorts, 'views' | 'log' | 'clock' | 'logger'>;

/** Timers that are read at once. */
const PAGE = 200;
const FIRST_RETRY_MS = 100;

/**
 * Sends the deadlines that have passed to the inbox of their processes, where they queue behind the answers that came before. Any number of
 * these may run: the message's id derives from the process, so a deadline passes once.
 */
export class Timers {
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  /** Sent, and still in the view until the process has handled it. */
  private sent = new Set<string>();

  /** @param longestSleepMs no longer than what a new timer runs at least: looking that often, none is seen too late. */
  constructor(
    private readonly ports: TimerPorts,
    private readonly longestSleepMs: number,
  ) {
    this.running = this.run();
  }

  /** Begins nothing more; resolves when what is in hand is done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        const nextDueAt = await this.sendDue();
        failures = 0;
        const untilDue = nextDueAt === undefined ? this.longestSleepMs : Date.parse(nextDueAt) - this.ports.clock().getTime();
        await delay(Math.max(1, Math.min(untilDue, this.longestSleepMs)), undefined, { signal });
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        this.ports.logger.error({ error }, 'Deadlines could not be looked at; trying again');
        await waitBackOff(failures, { firstMs: FIRST_RETRY_MS, longestMs: this.longestSleepMs }, signal);
      }
    }
  }

  /** Sends all that are due by now; when the next one is, if there is any. */
  private async sendDue(): Promise<string | undefined> {
    const { views, clock, log } = this.ports;
    const now = clock().toISOString();
    const known = new Set<string>();
    let after: KeysetPosition | undefined;
    for (;;) {
      const page: ViewPage<TimerDocument> = await views.page<TimerDocument>({
        view: timersView.name,
        lab: undefined,
        orderBy: { field: 'dueAt', direction: 'ascending' },
        limit: PAGE,
        ...(after && { after }),
      });
      const due = page.items.map(({ document }) => document).filter(({ dueAt }) => dueAt <= now);
      for (const { process } of due) known.add(process);
      const unsent = due.filter(({ process }) => !this.sent.has(process));
      if (unsent.length > 0) await log.append(unsent.map((timer) => encodeMessage(deadlinePassed(timer), topics.sagaInbox)));
      for (const { process } of unsent) this.sent.add(process);
      after = page.items.at(-1)?.position;
      if (due.length < page.items.length || !page.hasMore) {
        this.sent = new Set([...this.sent].filter((process) => known.has(process)));
        return page.items[due.length]?.document.dueAt;
      }
    }
  }
}

const deadlinePassed = ({ process, dueAt, actor, commandId }: TimerDocument): Message => {
  const id = derivedId(process, 'deadline');
  return {
    id,
    origin: 'timer',
    type: 'DeadlinePassed',
    schemaVersion: 1,
    source: 'saga-timers',
    stream: process,
    lab: parseStreamId(process).lab,
    time: dueAt,
    actor,
    correlationId: commandId,
    causationId: commandId,
    data: {},
  };
};
