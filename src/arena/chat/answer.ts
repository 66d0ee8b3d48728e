/** @file One answer of one model: asked for, received piece by piece, and ended in one of four ways. */
import {
  type ChatUsage,
  type OpenAiServer,
  ServerError,
  streamChat,
} from "../../http/openai-client.ts";
import type { AnswerError, AnswerStatus, SamplingChoice } from "../../protocol/arena.ts";
import { ReasoningSplitter } from "./reasoning.ts";

export type Answer = {
  status: AnswerStatus;
  text: string;
  reasoning: string;
  error: AnswerError | null;
  ttftMs: number | null;
  totalMs: number | null;
  promptTokens: number | null;
  tokens: number | null;
};

export const unanswered = (): Answer => ({
  status: "waiting",
  text: "",
  reasoning: "",
  error: null,
  ttftMs: null,
  totalMs: null,
  promptTokens: null,
  tokens: null,
});

/** What was meant to be answered when the process that asked ended. */
export const interrupted = (): Answer => ({
  ...unanswered(),
  status: "failed",
  error: "interrupted",
});

export type Question = {
  model: string;
  /** As OpenAI's chat completions take them. */
  messages: object[];
  sampling: SamplingChoice;
};

/** Why we ended an answer ourselves: the reason of the signal that aborted it. */
export class Cut extends Error {
  override readonly name = "Cut";
  readonly how: "stopped" | "interrupted" | "timeout";

  constructor(how: Cut["how"]) {
    super(how);
    this.how = how;
  }
}

/** An answer that never ends must not fill the memory. */
const maxChars = 1_000_000;

/**
 * Fills the answer as it comes. It never throws: however it ends, the answer says so.
 *
 * @param onPiece is told after each addition.
 */
export async function receiveAnswer(
  answer: Answer,
  question: Question,
  server: OpenAiServer,
  signal: AbortSignal,
  onPiece: (text: string, reasoning: string) => void,
): Promise<void> {
  const start = performance.now();
  const splitter = new ReasoningSplitter();
  const add = ({ text, reasoning }: { text: string; reasoning: string }) => {
    if (text === "" && reasoning === "") return;
    answer.ttftMs ??= performance.now() - start;
    answer.status = "streaming";
    answer.text += text;
    answer.reasoning += reasoning;
    onPiece(text, reasoning);
  };
  try {
    for await (const { choices, usage } of streamChat(server, toBody(question), signal)) {
      const delta = choices?.[0]?.delta;
      add({ text: "", reasoning: toText(delta?.reasoning_content) });
      add(splitter.push(toText(delta?.content)));
      if (usage) countTokens(answer, usage);
      if (answer.text.length + answer.reasoning.length > maxChars) break;
    }
    add(splitter.flush());
    end(answer, answer.text === "" ? new ServerError(0, "The answer is empty.") : undefined);
  } catch (error) {
    add(splitter.flush());
    end(answer, signal.aborted ? signal.reason : error);
  }
  answer.totalMs = performance.now() - start;
}

function toBody({ model, messages, sampling }: Question): object {
  return { model, messages, ...sampling, stream_options: { include_usage: true } };
}

/** A server may send anything. */
const toText = (value: unknown) => (typeof value === "string" ? value : "");

function countTokens(answer: Answer, usage: ChatUsage): void {
  const { prompt_tokens, completion_tokens } = usage;
  if (Number.isSafeInteger(prompt_tokens)) answer.promptTokens = prompt_tokens;
  if (Number.isSafeInteger(completion_tokens)) answer.tokens = completion_tokens;
}

function end(answer: Answer, failure: unknown): void {
  if (failure === undefined) {
    answer.status = "done";
  } else if (failure instanceof Cut && failure.how === "stopped") {
    answer.status = "stopped";
  } else {
    answer.status = "failed";
    answer.error = failure instanceof Cut ? (failure.how as AnswerError) : toAnswerError(failure);
  }
}

/** Words of the server may name the model: only what kind of failure it was goes on. */
function toAnswerError(failure: unknown): AnswerError {
  if (!(failure instanceof ServerError)) return "failed";
  if (failure.code === "context_length_exceeded") return "too_long";
  return failure.status === 429 || failure.status === 503 ? "busy" : "failed";
}
