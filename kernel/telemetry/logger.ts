import { pino, type LevelWithSilent, type Logger as PinoLogger } from 'pino';

/** What is logged: an object of facts and a sentence. Never tokens, never a person's text. */
export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error'>;

export interface LoggerOptions {
  /** Stands in every line. */
  service: string;
  level: LevelWithSilent;
}

/** A logger that writes one JSON object per line to the standard output. */
export const createLogger = ({ service, level }: LoggerOptions): Logger => pino({ level, base: { service } });

/** A logger that says nothing. */
export const silentLogger: Logger = pino({ level: 'silent' });
