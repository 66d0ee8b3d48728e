/** @file The events of Anthropic's stream as news of one choice. */
import type { AnswerEvent, ToolCallDelta } from "../../protocol/answer.ts";
import type { FinishReason } from "../../protocol/openai.ts";
import { AnswerTally } from "../openai/answer-tally.ts";
import type { MessageBlock, MessageUsage, StreamedEvent } from "./message-shape.ts";
import { type SignedCalls, ThoughtLog } from "./signed-calls.ts";

/** One that nobody has heard of is still the end of an answer. */
const reasons: Record<string, FinishReason> = {
  end_turn: "stop",
  stop_sequence: "stop",
  pause_turn: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool_calls",
  refusal: "content_filter",
};

type News = Pick<AnswerEvent, "reasoning" | "content" | "toolCalls">;

/**
 * @param model    Our name for it, for errors.
 * @param forked   Another choice tells the prompt's tokens.
 * @param estimate Tokens of the prompt, where the server does not tell.
 * @param calls    Where the thoughts behind its calls are kept.
 * @throws {ApiError} as the events; and when they end before the message does.
 */
export async function* answerEvents(
  events: AsyncIterable<StreamedEvent>,
  model: string,
  forked: boolean,
  estimate: () => number,
  calls: SignedCalls,
): AsyncGenerator<AnswerEvent, void> {
  const tally = new AnswerTally(model);
  const blocks = new Blocks(calls);
  const used: Record<string, unknown> = {};
  let end: { reason: FinishReason; stopString: string | null } = {
    reason: "stop",
    stopString: null,
  };
  for await (const event of events) {
    addUsage(used, event.message?.usage);
    addUsage(used, event.usage);
    const news = blocks.read(event);
    if (news !== null) {
      tally.piece(0, news.reasoning !== undefined);
      yield { choice: 0, ...news };
    }
    const { stop_reason: said, stop_sequence: stopString = null } = event.delta ?? {};
    if (said != null) end = { reason: reasons[said] ?? "stop", stopString };
    if (event.type !== "message_stop") continue;
    tally.ended(0, end);
    break;
  }
  tally.used(toUsage(used));
  for (const { choice, finish } of tally.finishes(estimate))
    if (finish) yield { choice, finish: { ...finish, timings: { ...finish.timings, forked } } };
}

/** Later figures take the place of earlier ones; what is null was not told. */
function addUsage(used: Record<string, unknown>, usage: MessageUsage | null | undefined): void {
  for (const [name, value] of Object.entries(usage ?? {})) if (value != null) used[name] = value;
}

/** In OpenAI's words; what was written to the cache and what was read from it are part of the prompt. */
function toUsage(used: MessageUsage) {
  const { input_tokens, output_tokens, output_tokens_details } = used;
  const read = used.cache_read_input_tokens ?? 0;
  const written = used.cache_creation_input_tokens ?? 0;
  return {
    prompt_tokens: input_tokens == null ? null : input_tokens + read + written,
    completion_tokens: output_tokens,
    prompt_tokens_details: { cached_tokens: read },
    completion_tokens_details: { reasoning_tokens: output_tokens_details?.thinking_tokens },
  };
}

/** The blocks of one message; a call's number is not its block's. */
class Blocks {
  readonly #calls = new Map<number, { number: number; isEmpty: boolean }>();
  readonly #thoughts: ThoughtLog;

  constructor(calls: SignedCalls) {
    this.#thoughts = new ThoughtLog(calls);
  }

  /** Null: nothing that a client is told (signatures, pings, what a later version adds). */
  read({ type, index, content_block, delta }: StreamedEvent): News | null {
    const at = index ?? 0;
    if (type === "content_block_start" && content_block) return this.#begin(at, content_block);
    if (type === "content_block_stop") return this.#end(at);
    if (type !== "content_block_delta") return null;
    if (delta) this.#thoughts.add(delta);
    if (delta?.text) return { content: delta.text };
    if (delta?.thinking) return { reasoning: delta.thinking };
    return delta?.partial_json ? this.#argue(at, delta.partial_json) : null;
  }

  /** A whole message's blocks begin with all that they have. */
  #begin(at: number, block: MessageBlock): News | null {
    const { type, text, thinking, id, name, input } = block;
    this.#thoughts.begin(block);
    if (type === "text" && text) return { content: text };
    if (type === "thinking" && thinking) return { reasoning: thinking };
    if (type !== "tool_use") return null;
    const isEmpty = Object.keys(input ?? {}).length === 0;
    const call = { number: this.#calls.size, isEmpty };
    this.#calls.set(at, call);
    const given = isEmpty ? "" : JSON.stringify(input);
    const ownId = this.#thoughts.idFor(id ?? "");
    return calling({ index: call.number, id: ownId, name: name ?? "", arguments: given });
  }

  #argue(at: number, json: string): News | null {
    const call = this.#calls.get(at);
    if (call === undefined) return null;
    call.isEmpty = false;
    return calling({ index: call.number, arguments: json });
  }

  /** A call of a tool that takes nothing has no arguments at all; clients parse them all the same. */
  #end(at: number): News | null {
    this.#thoughts.end();
    const call = this.#calls.get(at);
    return call?.isEmpty ? this.#argue(at, "{}") : null;
  }
}

function calling(delta: ToolCallDelta): News {
  return { toolCalls: [delta] };
}
