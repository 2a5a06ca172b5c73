/** What an error says, for an operator: its name and message without its stack. */
export const errorText = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
