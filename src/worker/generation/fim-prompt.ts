/**
 * @file A text with a hole in it, as models that were trained to fill one want to read it.
 *
 * `[repository][file]other file … [prefix]before[suffix]after[middle]`
 *
 * Source: Hui et al., "Qwen2.5-Coder Technical Report", arXiv 2409.12186, §3; llama-server v0.5.0,
 * `format_prompt_infill`.
 */
import { InvalidRequestError } from "../../errors/request-errors.ts";
import type { FimTokens, Vocab } from "../../llama/vocab.ts";

/** A part of another file, to know more by. */
export type FimFile = { filename: string; text: string };

/** The share of the room that goes to the text before the hole, where not all of it fits. */
const prefixShare = 3 / 4;

/**
 * Builds the prompt whose completion fills the hole between `prefix` and `suffix`.
 *
 * @param room Tokens at most: the other files are shortened first, from their beginning, then the
 *             texts around the hole, at their far ends.
 * @throws {InvalidRequestError} the model has no tokens for it.
 */
export function fimPrompt(
  vocab: Vocab,
  prefix: string,
  suffix: string,
  extra: readonly FimFile[] = [],
  room = Number.POSITIVE_INFINITY,
): Int32Array {
  const { fim } = vocab;
  if (fim === null)
    throw new InvalidRequestError(
      "This model cannot fill a hole in a text: its vocabulary has no tokens that mark one.",
      "model",
      "unsupported_capability",
    );
  const opening = vocab.addsBos ? [vocab.bos] : [];
  const left = room - opening.length - 3; // the three marks
  const around = shortened(vocab.tokenizeText(prefix), vocab.tokenizeText(suffix), left);
  const others = context(vocab, fim, extra);
  const fitting = Math.min(others.length, left - around.before.length - around.after.length);
  return Int32Array.from([
    ...opening,
    ...others.slice(others.length - fitting),
    fim.prefix,
    ...around.before,
    fim.suffix,
    ...around.after,
    fim.middle,
  ]);
}

/** The end of `before` and the beginning of `after`, `room` tokens together. */
function shortened(before: Int32Array, after: Int32Array, room: number) {
  if (before.length + after.length <= room) return { before, after };
  const suffixRoom = Math.floor(Math.max(0, room) * (1 - prefixShare));
  const kept = Math.min(before.length, Math.max(0, room) - Math.min(after.length, suffixRoom));
  return {
    before: before.subarray(before.length - kept),
    after: after.subarray(0, Math.max(0, room - kept)),
  };
}

/** Other files, and the head of the one with the hole. */
function context(vocab: Vocab, fim: FimTokens, files: readonly FimFile[]): number[] {
  if (files.length === 0) return [];
  const { repository, file } = fim;
  const plain = (text: string) => [...vocab.tokenizeText(text)];
  const head = (filename: string) =>
    file === null ? plain("\n\n--- snippet ---\n\n") : [file, ...plain(`${filename}\n`)];
  return [
    ...(repository === null ? [] : [repository, ...plain("project\n")]),
    ...files.flatMap(({ filename, text }) => [...head(filename), ...plain(text)]),
    ...(file === null ? [] : head("current")),
  ];
}
