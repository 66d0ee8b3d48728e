/**
 * @file The items of a response as they grow: each event of an answer is written into them, and
 * told as the events by which a client grows the same.
 */
import { randomUUID } from "node:crypto";
import type { AnswerEvent, ToolCallDelta } from "../../protocol/answer.ts";
import type {
  OutputItem,
  OutputText,
  ReasoningText,
  ResponseEvent,
  ResponseLogprob,
} from "../../protocol/response-body.ts";
import { toLogprobs } from "../likelihoods.ts";

type Events = Generator<ResponseEvent>;
type Item<T extends OutputItem["type"]> = Extract<OutputItem, { type: T }>;

export class OutputItems {
  readonly items: OutputItem[] = [];
  /** Which stretch of the answer the last item holds: `reasoning`, `message`, or a call's number. */
  #open: string | null = null;

  get text(): string {
    return this.items
      .flatMap((item) => (item.type === "message" ? item.content : []))
      .map(({ text }) => text)
      .join("");
  }

  *write({ reasoning, content, logprobs, toolCalls = [] }: AnswerEvent): Events {
    if (reasoning) yield* this.#writeThought(reasoning);
    if (content || logprobs?.length)
      yield* this.#writeText(content ?? "", toLogprobs(logprobs ?? []));
    for (const call of toolCalls) yield* this.#writeCall(call);
  }

  /** Closes the open item. */
  *close(status: "completed" | "incomplete" = "completed"): Events {
    const item = this.items.at(-1);
    if (item === undefined || this.#open === null) return;
    this.#open = null;
    item.status = status;
    if (item.type === "function_call") yield this.#callDone(item);
    else yield* this.#partDone(item);
    yield { type: "response.output_item.done", output_index: this.#index, item };
  }

  get #index(): number {
    return this.items.length - 1;
  }

  *#writeThought(delta: string): Events {
    if (this.#open !== "reasoning")
      yield* this.#add("reasoning", { ...newItem("rs", "reasoning"), summary: [], content: [] });
    const item = this.items.at(-1) as Item<"reasoning">;
    const part = yield* this.#partOf<ReasoningText>(item, { type: "reasoning_text", text: "" });
    part.text += delta;
    yield { type: "response.reasoning_text.delta", ...this.#place(item), delta };
  }

  *#writeText(delta: string, logprobs: ResponseLogprob[]): Events {
    if (this.#open !== "message")
      yield* this.#add("message", { ...newItem("msg", "message"), role: "assistant", content: [] });
    const item = this.items.at(-1) as Item<"message">;
    const empty = { type: "output_text" as const, text: "", annotations: [], logprobs: [] };
    const part = yield* this.#partOf<OutputText>(item, empty);
    part.text += delta;
    part.logprobs.push(...logprobs);
    yield { type: "response.output_text.delta", ...this.#place(item), delta, logprobs };
  }

  *#writeCall({ index, id = "", name = "", arguments: delta }: ToolCallDelta): Events {
    if (this.#open !== `${index}`) {
      const called = { call_id: id, name, arguments: "" };
      yield* this.#add(`${index}`, { ...newItem("fc", "function_call"), ...called });
    }
    if (delta === "") return;
    const item = this.items.at(-1) as Item<"function_call">;
    item.arguments += delta;
    const output_index = this.#index;
    const type = "response.function_call_arguments.delta";
    yield { type, item_id: item.id, output_index, delta };
  }

  *#add(stretch: string, item: OutputItem): Events {
    yield* this.close();
    this.#open = stretch;
    this.items.push(item);
    const type = "response.output_item.added";
    // What is told now must not change when the item grows.
    yield { type, output_index: this.#index, item: structuredClone(item) };
  }

  /** The item's one part, begun with its first text. */
  *#partOf<P extends OutputText | ReasoningText>(
    item: { id: string; content: P[] },
    empty: P,
  ): Generator<ResponseEvent, P> {
    const [begun] = item.content;
    if (begun !== undefined) return begun;
    item.content.push(empty);
    const part = structuredClone(empty);
    yield { type: "response.content_part.added", ...this.#place(item), part };
    return empty;
  }

  *#partDone(item: Item<"reasoning" | "message">): Events {
    const [part] = item.content;
    if (part === undefined) return;
    const place = this.#place(item);
    const { text } = part;
    yield part.type === "reasoning_text"
      ? { type: "response.reasoning_text.done", ...place, text }
      : { type: "response.output_text.done", ...place, text, logprobs: part.logprobs };
    yield { type: "response.content_part.done", ...place, part };
  }

  #callDone({ id: item_id, name, arguments: text }: Item<"function_call">): ResponseEvent {
    const type = "response.function_call_arguments.done";
    return { type, item_id, output_index: this.#index, name, arguments: text };
  }

  #place({ id }: { id: string }) {
    return { item_id: id, output_index: this.#index, content_index: 0 };
  }
}

function newItem<T extends string>(prefix: string, type: T) {
  const id = `${prefix}_${randomUUID().replaceAll("-", "")}`;
  return { id, type, status: "in_progress" as const };
}
