import { pino, type Logger as PinoLogger } from 'pino';

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

/** A logger that writes one JSON object per line to the standard output. */
export const createLogger = ({ service, level }: LoggerOptions): Logger => pino({ level, base: { service } });

/** A logger that says nothing. */
export const silentLogger: Logger = pino({ level: 'silent' });
