const LEVELS = ['experiments', 'nodes', 'methods', 'nodes', 'experiments', 'nodes'];

/** A valid query of that many levels (a multiple of six). */
export const nested = (levels: number): string =>
  `{ ${LEVELS.map((field) => `${field} { `)
    .join('')
    .repeat(levels / LEVELS.length)}id${' }'.repeat(levels)} }`;
