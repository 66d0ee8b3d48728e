/** @file An answer as Anthropic's stream of events: a message that begins, its blocks, its end. */
import type { Answer, AnswerEvent, Finish, ToolCallDelta } from "../../protocol/answer.ts";
import type { AnswerBlock, BlockDelta, MessageEvent } from "../../protocol/anthropic.ts";
import { begun } from "../one-choice.ts";
import { toTypedEvent } from "../typed-event.ts";
import type { OnComplete } from "../whole-answer.ts";
import {
  type Asked,
  emptyMessage,
  textBlock,
  thinkingBlock,
  toolUse,
  toStop,
  toUsage,
} from "./to-message.ts";

/** The events' lines, one text each. */
export async function* messageEvents(
  asked: Asked,
  answer: Answer,
  onComplete: OnComplete,
): AsyncGenerator<string> {
  for await (const event of toEvents(asked, answer, onComplete)) yield toTypedEvent(event);
}

async function* toEvents(
  asked: Asked,
  answer: Answer,
  onComplete: OnComplete,
): AsyncGenerator<MessageEvent> {
  const { progress, events } = await begun(answer);
  const message = emptyMessage(asked.model);
  if (progress) {
    message.usage.input_tokens = progress.total - progress.cached;
    message.usage.cache_read_input_tokens = progress.cached;
  }
  yield { type: "message_start", message };
  const blocks = new Blocks();
  for await (const event of events) {
    yield* blocks.write(event);
    if (event.finish === undefined) continue;
    yield* blocks.close();
    onComplete([event.finish.timings]);
    yield* ending(asked, event.finish);
  }
}

function* ending(asked: Asked, finish: Finish): Generator<MessageEvent> {
  yield { type: "message_delta", delta: toStop(asked, finish), usage: toUsage(finish.timings) };
  yield { type: "message_stop" };
}

/** The blocks of a message, one open at a time; each stretch of thought, text or call is one. */
class Blocks {
  #index = -1;
  /** What the open block holds: `thinking`, `text`, or a call's number. */
  #open: string | null = null;

  *write({ reasoning, content, toolCalls = [] }: AnswerEvent): Generator<MessageEvent> {
    if (reasoning) {
      yield* this.#turnTo("thinking", thinkingBlock(""));
      yield this.#delta({ type: "thinking_delta", thinking: reasoning });
    }
    if (content) {
      yield* this.#turnTo("text", textBlock(""));
      yield this.#delta({ type: "text_delta", text: content });
    }
    for (const call of toolCalls) yield* this.#writeCall(call);
  }

  *close(): Generator<MessageEvent> {
    if (this.#open === null) return;
    if (this.#open === "thinking") yield this.#delta({ type: "signature_delta", signature: "" });
    yield { type: "content_block_stop", index: this.#index };
    this.#open = null;
  }

  *#writeCall({ index, id = "", name = "", arguments: more }: ToolCallDelta) {
    yield* this.#turnTo(`${index}`, toolUse(id, name, {}));
    if (more !== "") yield this.#delta({ type: "input_json_delta", partial_json: more });
  }

  *#turnTo(what: string, block: AnswerBlock): Generator<MessageEvent> {
    if (this.#open === what) return;
    yield* this.close();
    this.#open = what;
    this.#index++;
    yield { type: "content_block_start", index: this.#index, content_block: block };
    if (this.#index === 0) yield { type: "ping" };
  }

  #delta(delta: BlockDelta): MessageEvent {
    return { type: "content_block_delta", index: this.#index, delta };
  }
}
