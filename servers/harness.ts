import { join } from 'node:path';
import type { CacheDirectory } from './cache-directory';
import type { Containers } from './docker/containers';
import type { Engine } from './docker/engine';
import { exclusively } from './exclusively';
import type { ServerName, StartedServer } from './server';
import { readState, writeState, type State } from './state';

/** What the commands work with. */
export interface Harness {
  environment: Readonly<Record<string, string | undefined>>;
  cache: CacheDirectory;
  containers: Containers;
  findEngine(): Promise<Engine>;
  startLocally: Readonly<Record<ServerName, (cache: CacheDirectory) => Promise<StartedServer>>>;
  /** Says something to the person who waits. */
  say(sentence: string): void;
}

/** What was started, as it stands on the disk; every change is there before the next step. */
export interface Memory {
  readonly state: State;
  change(changes: Partial<State>): void;
}

const stateFile = (cache: CacheDirectory): string => join(cache.run, 'state.json');

/** Works on what was started, while no other command does. */
export const withMemory = <T>({ cache, say }: Pick<Harness, 'cache' | 'say'>, work: (memory: Memory) => Promise<T>): Promise<T> =>
  exclusively(cache.run, () => { say('Waiting for another command on the same servers'); }, () => {
    let state = readState(stateFile(cache));
    return work({
      get state() {
        return state;
      },
      change: (changes) => {
        state = { ...state, ...changes };
        writeState(stateFile(cache), state);
      },
    });
  });

/** A glance, for which nobody has to wait. */
export const glance = ({ cache }: Pick<Harness, 'cache'>): State => readState(stateFile(cache));
