/** @file Chunks of a chat completion, or the whole of one, as news of its choices. */
import { randomUUID } from "node:crypto";
import {
  type AnswerEvent,
  type TokenLogprobs,
  type ToolCallDelta,
  unknownTokenId,
} from "../../protocol/answer.ts";
import { AnswerTally } from "./answer-tally.ts";
import type { ChatPiece, ContentPart, Delta, Likelihoods } from "./completion-shape.ts";
import { toFinishReason } from "./finish-reason.ts";

/**
 * @param model    Our name for it, for errors.
 * @param estimate Tokens of the prompt, where the server does not tell.
 * @throws {ApiError} as the pieces; and when they end before an answer does.
 */
export async function* chatEvents(
  pieces: AsyncIterable<ChatPiece>,
  model: string,
  estimate: () => number,
): AsyncGenerator<AnswerEvent, void> {
  const tally = new AnswerTally(model);
  const calls = new Map<number, CallNumbers>();
  for await (const { choices, usage } of pieces) {
    tally.used(usage);
    for (const choice of choices ?? []) {
      const { index, delta, message, logprobs, finish_reason: said } = choice;
      const numbers = calls.get(index) ?? new CallNumbers();
      calls.set(index, numbers);
      const event = toEvent(index, delta ?? message ?? {}, logprobs, numbers);
      if (event !== null) {
        tally.piece(index, event.reasoning !== undefined);
        yield event;
      }
      if (said == null || said === "") continue; // LightLLM and others send "" until the end
      const reason = toFinishReason(model, said, numbers.hasAny);
      tally.ended(index, { reason, stopString: choice.stop_reason ?? choice.matched_stop ?? null });
    }
  }
  yield* tally.finishes(estimate);
}

function toEvent(
  choice: number,
  delta: Partial<Delta>,
  logprobs: Likelihoods | null | undefined,
  numbers: CallNumbers,
): AnswerEvent | null {
  const [content, thoughtPart] = toTexts(delta.content);
  const said = `${content}${delta.refusal ?? ""}`;
  const thought = `${delta.reasoning_content || delta.reasoning || ""}${thoughtPart}`;
  const toolCalls = (delta.tool_calls ?? []).flatMap((call) => numbers.delta(call));
  const likelihoods = toTokenLogprobs(logprobs);
  if (said === "" && thought === "" && toolCalls.length === 0 && likelihoods.length === 0)
    return null;
  return {
    choice,
    ...(thought !== "" && { reasoning: thought }),
    ...(said !== "" && { content: said }),
    ...(toolCalls.length > 0 && { toolCalls }),
    ...(likelihoods.length > 0 && { logprobs: likelihoods }),
  };
}

/** What is said, and what is thought. */
function toTexts(content: Delta["content"]): [string, string] {
  if (!Array.isArray(content)) return [content ?? "", ""];
  const thoughtIn = ({ thinking }: ContentPart) =>
    (thinking ?? []).map(({ text }) => text ?? "").join("");
  return [
    content.map(({ type, text }) => (type === "text" ? (text ?? "") : "")).join(""),
    content.map(thoughtIn).join(""),
  ];
}

type CallPiece = NonNullable<Delta["tool_calls"]>[number];

/** The calls of one choice. Some servers number them, some only name them. */
class CallNumbers {
  readonly #seen = new Map<string, number>();
  #next = 0;

  get hasAny(): boolean {
    return this.#next > 0;
  }

  delta({ index, id, function: called }: CallPiece): ToolCallDelta[] {
    const text = called?.arguments ?? "";
    const added = typeof text === "string" ? text : JSON.stringify(text);
    const key = index != null ? `#${index}` : (id ?? (called?.name ? "" : undefined));
    const known = key === undefined ? this.#next - 1 : this.#seen.get(key);
    if (known !== undefined && known >= 0 && key !== "")
      return added === "" ? [] : [{ index: known, arguments: added }];
    const number = this.#next++;
    this.#seen.set(key ?? "", number);
    const name = called?.name ?? "";
    return [{ index: number, id: id || `call_${randomUUID()}`, name, arguments: added }];
  }
}

function toTokenLogprobs(logprobs: Likelihoods | null | undefined): TokenLogprobs[] {
  const told = ({ token, logprob, bytes }: Told) => ({
    id: unknownTokenId,
    token,
    bytes: bytes ?? [...Buffer.from(token)],
    logprob,
  });
  return (logprobs?.content ?? []).map((one) => ({
    ...told(one),
    top: (one.top_logprobs ?? []).map(told),
  }));
}

type Told = { token: string; logprob: number; bytes?: number[] | null | undefined };
