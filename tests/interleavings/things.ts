const id = (start: string): string => `${start}000000-0000-4000-8000-000000000000`;

/** Two experiments that exist, and one that doesn't yet. */
export const [e1, e2, e3] = [id('e1'), id('e2'), id('e3')] as const;
/** Three methods that exist, two that don't yet, and one that never will. */
export const [m1, m2, m3] = [id('a1'), id('a2'), id('a3')] as const;
export const [n1, n2] = [id('b1'), id('b2')] as const;
export const gone = id('ff');

export const newMethod = (methodId: string) => ({
  id: methodId,
  description: { name: methodId, description: null, applicationRate: 1, unit: null, tags: [] },
});
export const newExperiment = { name: 'New', description: null, tags: [], plannedStart: null, plannedEnd: null };
