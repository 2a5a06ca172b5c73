/** Names and list indices from the root of an answer. */
export type ResponsePath = readonly (string | number)[];
