import { readCommandLine, usage } from './command-line';

describe('the command line of servers', () => {
  it.each([
    [['start'], { command: 'start', purge: false }],
    [['start', '--for', '42'], { command: 'start', purge: false, user: 42 }],
    [['stop', '--purge'], { command: 'stop', purge: true }],
    [['stop', '--for=42'], { command: 'stop', purge: false, user: 42 }],
    [['status'], { command: 'status' }],
    [[], { command: 'help' }],
    [['start', '--help'], { command: 'help' }],
  ])('reads %j', (args, expected) => {
    expect(readCommandLine(args)).toEqual(expected);
  });

  it.each([
    [['restart'], 'There is no command "restart".'],
    [['start', 'stop'], 'One command at a time, not "start stop".'],
    [['start', '--force'], "Unknown option '--force'"],
    [['start', '--purge'], '--purge goes with stop alone.'],
    [['stop', '--purge', '--for', '42'], '--purge goes with stop alone.'],
    [['start', '--for', '0x10'], '--for has to be the id of a process, not "0x10".'],
  ])('refuses %j', (args, sentence) => {
    expect(() => readCommandLine(args)).toThrow(sentence);
  });

  it('tells each command in its usage', () => {
    for (const command of ['start', 'stop', 'status']) expect(usage).toMatch(new RegExp(`^${command} `, 'm'));
  });
});
