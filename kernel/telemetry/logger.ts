import { destination, pino, type Logger as PinoLogger } from 'pino';

/** What is logged: an object of facts and a sentence. Never tokens, never a person's text. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>;

/** From which level on is logged, from everything to nothing. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LoggerOptions {
  /** Stands in every line. */
  service: string;
  level: LogLevel;
}

/**
 * A logger that writes one JSON object per line to the standard output. A line is written when the call returns: what is written later would be lost at
 * an exit, or, where nobody reads any more, tried again for ever in it.
 */
export const createLogger = ({ service, level }: LoggerOptions): Logger => pino({ level, base: { service } }, destination({ dest: 1, sync: true }));

/** A logger that says nothing. */
export const silentLogger: Logger = pino({ level: 'silent' });
