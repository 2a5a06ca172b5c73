import { randomUUID } from 'node:crypto';
import { signIn, type LabClient } from './client';
import { startSystem } from './start-system';
import type { System, TokenRequest } from './system';

/** A lab that nobody else uses, so that journeys don't meet on a shared system. */
export const newLab = (): string => `lab-${randomUUID().slice(0, 13)}`;

/** A running system and the people who were let in. */
export interface Crowd {
  readonly system: System;
  /** Alice in a lab of her own, unless told otherwise. */
  enter(request?: Partial<TokenRequest>): Promise<LabClient>;
  /** Closes every socket, and stops the system. */
  leave(): Promise<void>;
}

/** Starts a system for one file of journeys. */
export const startWithCrowd = async (): Promise<Crowd> => {
  const system = await startSystem();
  const inside: LabClient[] = [];
  return {
    system,
    enter: async (request = {}) => {
      const client = await signIn(system, { user: 'alice', lab: newLab(), ...request });
      inside.push(client);
      return client;
    },
    leave: async () => {
      await Promise.all(inside.map((client) => client.close()));
      await system.stop();
    },
  };
};
