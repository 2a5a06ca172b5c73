/** Documents of a lab, and how many of them have each of the words that few have. */
export const IN_A_LAB = 1_000;
export const FEW = 5;

const RARE_WORDS = IN_A_LAB / FEW;

const instant = (index: number): string => new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString();
const rare = (what: string, index: number): string => `${what}${index % RARE_WORDS}`;

const described = (index: number) => ({
  name: `Plot ${rare('number', index)}`,
  description: null,
  tags: [rare('tag', index), 'field'],
  creator: { userId: rare('user', index), name: 'Ada' },
  createdAt: instant(index),
  updatedAt: instant(2 * index),
});

/** By view: the document with a number. Each rare word ends with 7 for the numbers 7, 207, 407 and so on. */
export const documentOf: Readonly<Record<string, (index: number) => object>> = {
  experiments: (index) => ({
    ...described(index),
    status: index % RARE_WORDS === 7 ? 'CANCELLED' : 'PLANNED',
    plannedStart: index % 3 === 0 ? null : instant(index),
    plannedEnd: null,
    links: [{ methodId: rare('method', index) }],
  }),
  methods: (index) => ({ ...described(index), id: rare('method', index), status: 'DRAFT', applicationRate: index % 3 === 0 ? null : index }),
  attachments: (index) => ({ methodId: rare('method', index), experimentId: rare('experiment', index), linkedAt: instant(index) }),
  processes: (index) => ({ type: 'DeleteMethod', state: index % RARE_WORDS === 7 ? 'STUCK' : 'COMPLETED', subjectIds: [rare('subject', index)], startedAt: instant(index) }),
  timers: (index) => ({ dueAt: instant(index) }),
  commands: (index) => ({ id: String(index) }),
  subjects: () => ({ kind: 'method' }),
  'read-marks': (number) => ({ number }),
};

/** By feed: the entry with a number. */
export const entryOf: Readonly<Record<string, (index: number) => object>> = {
  lab: (index) => ({
    kind: 'COMMAND_ACCEPTED', type: 'RenameMethod', at: instant(index), actor: { userId: rare('user', index) },
    subject: { kind: 'method', id: rare('subject', index) }, command: { id: rare('command', index) },
  }),
  notifications: (index) => ({ subject: { kind: index % 2 === 0 ? 'method' : 'experiment' } }),
};
