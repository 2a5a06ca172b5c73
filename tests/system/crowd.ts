import { randomUUID } from 'node:crypto';
import { connect, type LabClient } from './client';
import { signedWith } from './signing';
import { startSystem } from './start-system';
import type { System, TokenRequest } from './system';

/** A lab that nobody else uses, so that journeys don't meet on a shared system. */
export const newLab = (): string => `lab-${randomUUID().slice(0, 13)}`;

/** A running system and the people who were let in. */
export interface Crowd {
  readonly system: System;
  /** Alice in a lab of her own, unless told otherwise. */
  enter(request?: Omit<Partial<TokenRequest>, 'expires'>): Promise<LabClient>;
  /** Closes every socket, and stops the system. */
  leave(): Promise<void>;
}

/** Starts a system for one file of journeys. */
export const startWithCrowd = async (): Promise<Crowd> => {
  const system = await startSystem();
  const inside: LabClient[] = [];
  /** One for each user and set of scopes: to make a token takes a process, to sign it for another lab takes no time. */
  const tokens = new Map<string, Promise<string>>();
  const tokenFor = ({ user, lab, scopes }: TokenRequest): Promise<string> => {
    const key = JSON.stringify([user, scopes]);
    const token = tokens.get(key) ?? system.token({ user, lab, ...(scopes === undefined ? {} : { scopes }) });
    tokens.set(key, token);
    return token;
  };
  return {
    system,
    enter: async ({ user = 'alice', lab = newLab(), scopes } = {}) => {
      const token = await tokenFor({ user, lab, ...(scopes === undefined ? {} : { scopes }) });
      const client = connect(system.url, await signedWith(system, token, { lab }));
      inside.push(client);
      return client;
    },
    leave: async () => {
      await Promise.all(inside.map((client) => client.close()));
      await system.stop();
    },
  };
};
