import type { ChildEvent } from './child';

/** A process, as people and programs are told of it. */
interface Announced {
  name: string;
  process: string;
  pid: number;
  url: string;
  log: string;
}

export interface Ready {
  /** Of the GraphQL endpoint. */
  url: string;
  dataDir: string;
  processes: readonly Announced[];
  welcome: string;
}

/** Tells what happens. */
export interface Announcer {
  note(sentence: string): void;
  ready(ready: Ready): void;
  event(name: string, event: ChildEvent): void;
}

type Write = (text: string) => void;

const table = (processes: readonly Announced[]): string => {
  const rows = [['PROCESS', 'PID', 'ADDRESS', 'LOG'], ...processes.map(({ name, pid, url, log }) => [name, String(pid), url, log])];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
};

const said = (name: string, event: ChildEvent): string => {
  switch (event.kind) {
    case 'started':
      return `${name} runs as process ${event.pid} at ${event.url}`;
    case 'ended':
      return `${name} (process ${event.pid}) ended: ${event.how}. It is started again in ${event.againInMs} ms`;
    case 'killed':
      return `${name} (process ${event.pid}) had not ended after ${event.afterMs} ms, and was killed`;
  }
};

export const toPeople = (write: Write): Announcer => ({
  note: (sentence) => {
    write(`${sentence}\n`);
  },
  ready: ({ processes, welcome }) => {
    write(`\n${table(processes)}\n${welcome}\n`);
  },
  event: (name, event) => {
    write(`${said(name, event)}\n`);
  },
});

/** JSON, a line each; what is only of interest to people is left out. */
export const toPrograms = (write: Write): Announcer => ({
  note: () => undefined,
  ready: ({ url, dataDir, processes }) => {
    write(`${JSON.stringify({ kind: 'ready', url, dataDir, processes })}\n`);
  },
  event: (name, event) => {
    write(`${JSON.stringify({ name, ...event })}\n`);
  },
});
