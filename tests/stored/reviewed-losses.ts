/** Differences that were looked at and found to break nothing that is stored, each with the reason. */
export const reviewedLosses: readonly { loss: string; reason: string }[] = [];
