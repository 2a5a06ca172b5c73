import { ConfigError } from '../configuration/config-error';
import { FileProblem } from './file-problem';

/** What keeps a process from its files, and that a person can mend. */
const ofTheMachine = ['EACCES', 'EROFS'];

/**
 * What a person can mend is told in a sentence; anything else is a bug and shows where.
 * @param others further errors whose message is such a sentence.
 */
export const inASentence = (error: unknown, others: readonly (new (...args: never) => Error)[] = []): string => {
  if (error instanceof ConfigError || error instanceof FileProblem || others.some((type) => error instanceof type)) return (error as Error).message;
  const { code, syscall, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `The address is in use (${message}): set PORT to another one.`;
  if (code === 'EACCES' && syscall === 'listen') return `This process may not listen at the address (${message}): set PORT to 1024 or more.`;
  if (code === 'EADDRNOTAVAIL' || (code === 'ENOTFOUND' && syscall === 'getaddrinfo')) return `HOST has to be an address or a name of this machine (${message}).`;
  if (code === 'EEXIST' || code === 'ENOTDIR') return `DATA_DIR has to be a directory (${message}).`;
  if (code !== undefined && ofTheMachine.includes(code)) return message;
  return String(stack ?? error);
};
