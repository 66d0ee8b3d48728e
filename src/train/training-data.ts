/** @file The run's conversations: read, checked, counted, split, and turned into examples. */

import type { z } from "zod";
import type { Conversation } from "../data/conversation.ts";
import { dataFiles } from "../data/data-files.ts";
import { readConversations } from "../data/read-conversations.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { DataDigest, TrainConfig } from "../protocol/training.ts";
import type { ExampleSet } from "./examples/batches.ts";
import type { Example } from "./examples/example.ts";
import type { MakeExamples } from "./examples/make-examples.ts";
import { splitForEvaluation } from "./examples/split.ts";

export type DataSource = z.infer<typeof DataDigest> & { lessons: Conversation[] };

export type TrainingData = {
  sources: DataSource[];
  evaluation: Conversation[];
  skipped: number;
};

export type DataProgress = {
  /** Told of each row that `skip_bad` leaves out. */
  onBad: (sentence: string) => void;
  onProgress: (label: string, done: number, total: number | null) => void;
};

/** @throws {UsageError} a file is missing, empty or wrong; or nothing is left to learn from. */
export async function readTrainingData(
  config: TrainConfig,
  progress: DataProgress,
): Promise<TrainingData> {
  let skipped = 0;
  const onBad = (sentence: string) => {
    skipped++;
    progress.onBad(sentence);
  };
  const read = async (path: string, weight: number): Promise<DataSource> => {
    const lessons: Conversation[] = [];
    let sha256 = "";
    const options = {
      onBad: config.skip_bad ? onBad : undefined,
      onProgress: (done: number, total: number) =>
        progress.onProgress(`reading ${path}`, done, total),
      onDigest: (digest: string) => {
        sha256 = digest;
      },
    };
    for await (const conversation of readConversations(path, options)) lessons.push(conversation);
    return { path, sha256, weight, conversations: lessons.length, lessons };
  };
  const sources: DataSource[] = [];
  for (const { path, weight } of config.data) {
    for (const file of dataFiles(path)) sources.push(await read(file, weight));
  }
  const evaluation: Conversation[] = [];
  if (config.eval_data !== null) {
    for (const file of dataFiles(config.eval_data)) {
      for (const lesson of (await read(file, 1)).lessons) evaluation.push(lesson);
    }
  }
  if (sources.every(({ lessons }) => lessons.length === 0)) {
    throw new UsageError("No conversation is left to learn from.");
  }
  return { sources, evaluation, skipped };
}

export type ExampleData = { sets: ExampleSet[]; evaluation: Example[]; skipped: number };

/** Tokenises the conversations, after some of them are kept back for evaluation. */
export async function toExamples(
  { sources, evaluation: given }: TrainingData,
  config: TrainConfig,
  make: MakeExamples,
  progress: DataProgress,
): Promise<ExampleData> {
  const total = sources.reduce((sum, { lessons }) => sum + lessons.length, given.length);
  let [done, skipped] = [0, 0];
  const examplesOf = async (conversations: readonly Conversation[]): Promise<Example[]> => {
    const examples: Example[] = [];
    for (const conversation of conversations) {
      try {
        examples.push(...(await make(conversation)));
      } catch (error) {
        if (!config.skip_bad || !(error instanceof UsageError)) throw error;
        skipped++;
        progress.onBad(error.message);
      }
      progress.onProgress("tokenising", ++done, total);
    }
    return examples;
  };
  const splits = splitSources(sources, config);
  const sets: ExampleSet[] = [];
  for (const [index, { weight }] of sources.entries())
    sets.push({ examples: await examplesOf(splits.train[index] ?? []), weight });
  const evaluation = await examplesOf([...splits.evaluation, ...given]);
  if (sets.every(({ examples }) => examples.length === 0)) {
    throw new UsageError(
      "No conversation is left to learn from: every one was left out, or its answers have weight 0.",
    );
  }
  return { sets, evaluation, skipped };
}

/** Of all files together: one of many small files may be too small to keep a share of it back. */
function splitSources(
  sources: readonly DataSource[],
  { eval_data, eval_split, seed }: TrainConfig,
): { train: Conversation[][]; evaluation: Conversation[] } {
  const all = sources.flatMap(({ lessons }, index) => lessons.map((lesson) => ({ lesson, index })));
  const share = eval_data === null ? eval_split : 0;
  const { train, evaluation } = splitForEvaluation(all, share, seed);
  const parts: Conversation[][] = sources.map(() => []);
  for (const { lesson, index } of train) parts[index]?.push(lesson);
  return { train: parts, evaluation: evaluation.map(({ lesson }) => lesson) };
}
