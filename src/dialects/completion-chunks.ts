/**
 * @file The frame that the chunks of both kinds of OpenAI stream share. Chunks are spliced from text
 * that is made once a request: only what is new is encoded per token.
 */
import { randomUUID } from "node:crypto";
import type { Answer, AnswerEvent, ChoiceTimings } from "../protocol/answer.ts";
import { toProgress } from "./likelihoods.ts";
import { toTimings, toUsage } from "./usage.ts";
import type { OnComplete } from "./whole-answer.ts";

export type StreamOptions = { includeUsage: boolean; onComplete: OnComplete };

/** What differs between the two: the JSON members of a choice. */
export type ChunkForm = {
  head: object;
  /** Before a choice's first event; null where nothing is said. */
  opening: string | null;
  /** An event as the choices of one or more chunks, each without its index and finish_reason. */
  pieces(event: AnswerEvent): string[];
  closing: string;
};

/** The JSON texts of a stream's chunks. */
export async function* completionChunks(
  form: ChunkForm,
  answer: Answer,
  { includeUsage, onComplete }: StreamOptions,
): AsyncGenerator<string> {
  const before = `${JSON.stringify(form.head).slice(0, -1)},"choices":`;
  const after = includeUsage ? ',"usage":null}' : "}";
  const chunk = (index: number, members: string, reason = "null", more = "") =>
    `${before}[{"index":${index},${members},"finish_reason":${reason}}]${more}${after}`;
  const opened = new Set<number>();
  const all: ChoiceTimings[] = [];
  for await (const event of answer) {
    const { choice, finish, timings, progress } = event;
    if (progress)
      yield `${before}[],"prompt_progress":${JSON.stringify(toProgress(progress))}${after}`;
    const isNews = progress === undefined;
    if (isNews && !opened.has(choice) && form.opening !== null) yield chunk(choice, form.opening);
    if (isNews) opened.add(choice);
    const more = timings ? `,"timings":${JSON.stringify(toTimings([timings]))}` : "";
    for (const piece of form.pieces(event)) yield chunk(choice, piece, "null", more);
    if (finish === undefined) continue;
    all.push(finish.timings);
    const spent = `,"timings":${JSON.stringify(toTimings([finish.timings]))}`;
    yield chunk(choice, form.closing, `"${finish.reason}"`, spent);
  }
  onComplete(all);
  if (includeUsage) yield `${before}[],"usage":${JSON.stringify(toUsage(all))}}`;
}

export function completionHead<O extends string>(prefix: string, object: O, model: string) {
  const created = Math.floor(Date.now() / 1000); // Unix time, s
  return { id: `${prefix}-${randomUUID().replaceAll("-", "")}`, object, created, model };
}
