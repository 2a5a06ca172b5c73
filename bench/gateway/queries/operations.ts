import * as laboratory from './laboratory';

/** What every peer is asked, and what is right to answer. */
export interface Operation {
  readonly name: string;
  readonly what: string;
  readonly query: string;
  readonly expected: (lab: string) => unknown;
}

const { experiment, method, person, team, site } = laboratory;

export const operations: readonly Operation[] = [
  {
    name: 'plain', what: 'one subgraph, 20 objects',
    query: 'query Plain($lab: ID!) { experiments(lab: $lab) { id title status startedAt } }',
    expected: (lab) => ({
      experiments: laboratory.experiments(lab).map((one) => ({ id: experiment.id(one), title: experiment.title(one), status: experiment.status(one), startedAt: experiment.startedAt(one) })),
    }),
  },
  {
    name: 'two-hop', what: '400 references to 20 entities',
    query: 'query TwoHop($lab: ID!) { experiments(lab: $lab) { id title methods { id name } } }',
    expected: (lab) => ({
      experiments: laboratory.experiments(lab).map((one) => ({
        id: experiment.id(one), title: experiment.title(one), methods: experiment.methods(one).map(({ id }) => ({ id, name: method.name({ id }) })),
      })),
    }),
  },
  {
    name: 'deep', what: 'five subgraphs, one after the other',
    query: 'query Deep($lab: ID!) { series(lab: $lab) { id title leading { name author { name team { name site { name country } } } } } }',
    expected: (lab) => ({
      series: laboratory.series(lab).map((one) => {
        const leading = experiment.leading(one);
        const author = method.author(leading);
        const its = person.team(author);
        const at = team.site(its);
        return {
          id: experiment.id(one), title: experiment.title(one),
          leading: { name: method.name(leading), author: { name: person.name(author), team: { name: team.name(its), site: { name: site.name(at), country: site.country(at) } } } },
        };
      }),
    }),
  },
  {
    name: 'large', what: 'one subgraph, 6,000 objects',
    query: 'query Large($lab: ID!) { measurements(lab: $lab) { id value unit takenAt note instrument { name calibrated } } }',
    expected: (lab) => ({ measurements: laboratory.measurements(lab) }),
  },
];

/** The laboratories that requests ask for in turn, all of names of one length: requests that differ can't be answered by one another's answers. */
export const labs = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `lab${String(index).padStart(3, '0')}`);
