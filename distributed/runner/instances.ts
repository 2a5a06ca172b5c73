import type { ApiDefinition, ProcessDefinition, ProcessName } from '../topology';

/** One process to be run. */
export interface Instance {
  /** Of several alike, with a number behind it. */
  name: string;
  process: ProcessDefinition;
  /** Where it shall listen, if that is free; 0: anywhere. */
  port: number;
}

/** As many of each as are wanted; of several alike the first has the usual port. */
export const instancesOf = (
  processes: readonly ProcessDefinition[], scale: ReadonlyMap<ProcessName, number>, { freePorts }: { freePorts: boolean },
): Instance[] =>
  processes.flatMap((process) => {
    const count = scale.get(process.name) ?? 1;
    return Array.from({ length: count }, (_, index): Instance => ({
      name: count === 1 ? process.name : `${process.name}-${index + 1}`,
      process,
      port: freePorts || index > 0 ? 0 : process.port,
    }));
  });

/** What the gateway is told of where the APIs are. */
export const subgraphUrls = (running: readonly { process: ApiDefinition; url: string }[]): string => {
  const byService = new Map<string, string[]>();
  for (const { process: { service }, url } of running) byService.set(service, [...byService.get(service) ?? [], url]);
  return [...byService].map(([service, urls]) => `${service}=${urls.join('|')}`).join(',');
};
