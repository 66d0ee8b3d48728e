/** @file Which rows each optimiser step learns from: known from the seed and the step's number alone. */
import type { Example } from "./example.ts";
import type { Row } from "./packing.ts";

export type ExampleSet = {
  examples: readonly Example[];
  /** How often an epoch shows each example: 2 is twice, 0.5 one half of them, then the other. */
  weight: number;
};

export type BatchOptions = {
  contextSize: number;
  /** Tokens of one optimiser step, as nearly as whole rows allow. */
  batchTokens: number;
  packing: boolean;
  epochs: number;
  maxSteps: number | null;
  seed: number;
};

export type Batches = {
  /** Optimiser steps of the whole run. */
  steps: number;
  /** Of the first epoch. */
  epoch: { tokens: number; supervisedTokens: number; rows: number; steps: number };
  /** @param step from 0. */
  rows(step: number): Row[];
  /** How many epochs have passed when the step is done. */
  epochAfter(step: number): number;
};

export function batches(sets: readonly ExampleSet[], options: BatchOptions): Batches {
  throw new Error(`to be written: ${sets.length} ${options.epochs}`);
}
