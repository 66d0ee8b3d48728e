/** @file What an embedding request wants embedded, as tokens, and how long the vectors shall be. */
import { InvalidRequestError } from "../../errors/request-errors.ts";
import type { Vocab } from "../../llama/vocab.ts";
import type { EmbeddingBody } from "../../protocol/embeddings.ts";
import { type TokensOrText, toList } from "../../protocol/openai.ts";

/**
 * One row of tokens an input; texts get the marks that the model wants around them.
 *
 * @throws {InvalidRequestError} an input is empty or holds an id that is none; the field says which.
 */
export function embeddingInputs(
  request: Omit<EmbeddingBody, "model">,
  vocab: Vocab,
  contextSize: number,
): Int32Array[] {
  const inputs = toList(request.input);
  const room = roomOf(request, contextSize);
  return inputs.map((input, place) => {
    const field = inputs.length === 1 ? "input" : `input[${place}]`;
    return toTokens(input, vocab, room, field);
  });
}

function toTokens(input: TokensOrText, vocab: Vocab, room: number, field: string): Int32Array {
  if (input.length === 0) throw new InvalidRequestError(`'${field}' must not be empty.`, field);
  if (typeof input !== "string") return vocab.checked(input, field).subarray(0, room);
  const tokens = vocab.encode(input, true, false);
  if (tokens.length <= room) return tokens;
  const end = endMarks(vocab);
  const kept = tokens.subarray(0, Math.max(0, room - end.length));
  return Int32Array.from([...kept, ...end]).subarray(0, room);
}

/** What stands behind every text: a model that pools the last token reads it there. */
function endMarks(vocab: Vocab): Int32Array {
  const marks = vocab.encode("", true, false);
  return marks[0] === vocab.bos && vocab.addsBos ? marks.subarray(1) : marks;
}

/** Tokens that an input may have before it is shortened. */
function roomOf(request: Omit<EmbeddingBody, "model">, contextSize: number): number {
  const { truncate, truncate_prompt_tokens: tokens } = request;
  if (tokens != null && tokens !== -1) return Math.min(tokens, contextSize);
  return truncate || tokens === -1 ? contextSize : Number.POSITIVE_INFINITY;
}

/** @throws {InvalidRequestError} more numbers are asked for than the model's vectors have. */
export function assertDimensions(dimensions: number | null | undefined, length: number): void {
  if (dimensions == null || dimensions <= length) return;
  throw new InvalidRequestError(`dimensions is at most ${length} here.`, "dimensions");
}

/** The first `dimensions` numbers, made a unit vector again. */
export function shortened(
  vector: Float32Array,
  dimensions: number | null | undefined,
): Float32Array {
  if (dimensions == null || dimensions === vector.length) return vector;
  const part = vector.slice(0, dimensions);
  const length = Math.hypot(...part) || 1;
  return part.map((x) => x / length);
}
