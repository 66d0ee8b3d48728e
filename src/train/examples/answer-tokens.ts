/**
 * @file A prompt and its answer as tokens: the prompt's exactly as a worker would feed them, the
 * answer's as the model would write them, up to the token that ends its turn.
 */
import type { AnsweredTurn, PromptSegment } from "../../chat/chat-format.ts";

/** What of a model's vocabulary examples need: a `Vocab` is one. */
export type ExampleVocab = {
  /** Negative where the model has none. */
  readonly eos: number;
  tokenizeSegments(segments: readonly PromptSegment[]): Int32Array;
  isEndOfGeneration(token: number): boolean;
};

export type TurnTokens = {
  /** (tokens,) ids of prompt and answer. */
  tokens: Int32Array;
  /** Where the answer begins. */
  start: number;
};

export function tokenizeTurn(vocab: ExampleVocab, turn: AnsweredTurn): TurnTokens {
  const prompt = vocab.tokenizeSegments(turn.prompt);
  const spoken = joined([...turn.answer, ...throughEnd(vocab, turn.rest)]);
  const whole = vocab.tokenizeSegments(joined([...turn.prompt, ...spoken]));
  const written = after(prompt, whole) ?? continuation(vocab, spoken);
  const end = written.findIndex((token) => vocab.isEndOfGeneration(token));
  // A template that ends no turn would teach a model to go on for ever.
  const answer = end < 0 ? [...written, ...eosOf(vocab)] : written.subarray(0, end + 1);
  const tokens = new Int32Array(prompt.length + answer.length);
  tokens.set(prompt);
  tokens.set(answer, prompt.length);
  return { tokens, start: prompt.length };
}

/** What a template writes behind an answer, as far as the model has to write it too. */
function throughEnd(vocab: ExampleVocab, rest: readonly PromptSegment[]): PromptSegment[] {
  const end = rest.findIndex(
    (segment) =>
      segment.special && vocab.isEndOfGeneration(vocab.tokenizeSegments([segment]).at(-1) ?? -1),
  );
  return rest.slice(0, end + 1);
}

/** Text between two control tokens is one text to the tokenizer. */
function joined(segments: readonly PromptSegment[]): PromptSegment[] {
  const result: PromptSegment[] = [];
  for (const { text, special } of segments) {
    const last = result.at(-1);
    const grows = last !== undefined && !last.special && !special;
    if (grows) result[result.length - 1] = { text: last.text + text, special };
    else result.push({ text, special });
  }
  return result;
}

/** The tokens behind a beginning; undefined where it is none, as when a token spans its end. */
function after(beginning: Int32Array, tokens: Int32Array): Int32Array | undefined {
  const same = beginning.every((token, index) => tokens[index] === token);
  return same ? tokens.subarray(beginning.length) : undefined;
}

/**
 * Tokenises an answer that goes on in the middle of a text, where no SentencePiece tokenizer puts the
 * space that it puts at a beginning: a line break stands in for the text before.
 */
function continuation(vocab: ExampleVocab, segments: readonly PromptSegment[]): Int32Array {
  const line = { text: "\n", special: false };
  const behind = (before: PromptSegment[]) =>
    after(vocab.tokenizeSegments(before), vocab.tokenizeSegments(joined([...before, ...segments])));
  return behind([line]) ?? behind([]) ?? vocab.tokenizeSegments(segments);
}

function eosOf({ eos }: ExampleVocab): number[] {
  return eos < 0 ? [] : [eos];
}
