export * from './define';
export * from './topics';
export * from './refusal-codes';
export * from './fields';
export * from './experiments';
export * from './methods';
export * from './processes';
export * from './published';
