/** @file Told by every tool for each conversation that it leaves out: under which rule, and where. */

export type Dropped = (rule: string, place: string) => void;
