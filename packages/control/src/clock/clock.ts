/** Control's clock: milliseconds since the epoch. */
export type Clock = () => number;
