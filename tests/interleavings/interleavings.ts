import fc from 'fast-check';
import { commands } from './run';

/** What happens next, again and again: see `run`. */
export const choices = fc.array(fc.nat(100_000), { maxLength: 120, size: 'max' });

/** Processes to run side by side. */
export const severalCommands = fc.array(fc.constantFrom(...commands), { minLength: 2, maxLength: 4 });
