/**
 * @file A conversation → the examples that teach its answers.
 *
 * Nothing is split again after it was rendered: each answer is asked for by the prompt that a worker
 * would read, and all that the model then has to write counts, up to the token that ends its turn.
 * Answers whose prompts are one the beginning of the other share an example, which is what nearly
 * every template gives. Where one writes an earlier turn differently from the last (Qwen 3 drops its
 * thoughts), each answer gets an example of its own: no other context is the one it will be asked in.
 */
import type { ChatFormat } from "../../chat/chat-format.ts";
import type { Conversation } from "../../data/conversation.ts";
import { UsageError } from "../../errors/usage-error.ts";
import type { TrainConfig } from "../../protocol/training.ts";
import { type ExampleVocab, type TurnTokens, tokenizeTurn } from "./answer-tokens.ts";
import { type Example, supervisedTokens } from "./example.ts";
import { requireGenerationPrompt, templateFault } from "./generation-prompt.ts";

export type ExampleOptions = {
  format: ChatFormat;
  vocab: ExampleVocab;
  supervise: TrainConfig["supervise"];
  /** Tokens that one example may have. */
  contextSize: number;
};

/** @throws {UsageError} the template takes no such conversation, it is too long, or it has no answer. */
export type MakeExamples = (
  conversation: Pick<Conversation, "messages" | "tools" | "place">,
) => Promise<Example[]>;

/** @throws {UsageError} the template is broken, or does not show where an answer begins. */
export async function exampleMaker(options: ExampleOptions): Promise<MakeExamples> {
  await requireGenerationPrompt(options.format);
  return async (conversation) => {
    const { messages, place } = conversation;
    const taught = supervised(messages, options.supervise, place);
    const turns = await Promise.all(taught.map((index) => turnOf(conversation, index, options)));
    const examples: Example[] = [];
    for (const [n, turn] of turns.entries()) {
      const weight = messages[taught[n] ?? -1]?.weight ?? 1;
      const last = examples.at(-1);
      const shared = last !== undefined && startsWith(turn.tokens, last.tokens);
      if (shared) examples.pop();
      examples.push({ ...weighted(turn, weight, shared ? last.weights : undefined), place });
    }
    return examples.filter(({ weights }) => supervisedTokens(weights) > 0);
  };
}

/** Which messages teach. A message of weight 0 is an answer, but counts for nothing. */
function supervised(
  messages: Conversation["messages"],
  supervise: ExampleOptions["supervise"],
  place: string,
): number[] {
  const answers = [...messages.keys()].filter((index) => messages[index]?.role === "assistant");
  if (answers.length === 0)
    throw new UsageError(`${place}: the conversation has no answer to learn from.`);
  return (supervise === "last" ? answers.slice(-1) : answers).filter(
    (index) => (messages[index]?.weight ?? 1) > 0,
  );
}

async function turnOf(
  { messages, tools, place }: Parameters<MakeExamples>[0],
  index: number,
  { format, vocab, contextSize }: ExampleOptions,
): Promise<TurnTokens> {
  const turn = await format
    .answered({ messages: messages.slice(0, index + 1), tools })
    .then((answered) => tokenizeTurn(vocab, answered))
    .catch((error: unknown) => {
      throw (
        templateFault(error, `${place}: the conversation cannot be written as a prompt: `) ?? error
      );
    });
  const { length } = turn.tokens;
  if (length <= contextSize) return turn;
  throw new UsageError(
    `${place}: up to its message ${index + 1} the conversation has ${length} tokens, but a row only ${contextSize}: raise --context-size, cut it with 'fastchat data split-long', or leave such out with --skip-bad.`,
  );
}

/** @param before the weights of the turns that this one goes on from. */
function weighted(
  { tokens, start }: TurnTokens,
  weight: number,
  before: Float32Array | undefined,
): Omit<Example, "place"> {
  const weights = new Float32Array(tokens.length);
  if (before !== undefined) weights.set(before);
  weights.fill(weight, Math.max(1, start)); // nothing comes before the first token to predict it
  return { tokens, weights };
}

function startsWith(tokens: Int32Array, beginning: Int32Array): boolean {
  return beginning.every((token, index) => tokens[index] === token);
}
