/** @file The items of a stored response: as a list to look at, and as what the next one follows. */
import { randomUUID } from "node:crypto";
import type { OutputItem } from "../../protocol/response-body.ts";
import type { InputItem, ItemContent, ItemsQuery } from "../../protocol/responses.ts";

/** What was read and answered, as the beginning of the next request's items. */
export function remembered(
  input: readonly InputItem[],
  output: readonly OutputItem[],
): InputItem[] {
  return [...input, ...output];
}

/** Every item with an id, since a client may ask for those after one. */
export function withIds(items: readonly InputItem[]): InputItem[] {
  return items.map((item) => (item.id ? item : { ...item, id: newId(item) }));
}

/** One page of items, in OpenAI's shape of a list. */
export function listItems(items: readonly InputItem[], { after, limit, order }: ItemsQuery) {
  const ordered = order === "asc" ? items : items.toReversed();
  const start = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  const page = ordered.slice(start, start + limit);
  return {
    object: "list",
    data: page.map(toListed),
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
    has_more: start + limit < ordered.length,
  };
}

/** A message's text as a list of parts, however it was sent. */
function toListed(item: InputItem) {
  if (item.type !== "message") return item;
  const type = item.role === "assistant" ? "output_text" : "input_text";
  return { ...item, status: item.status ?? "completed", content: toParts(item.content, type) };
}

function toParts(content: ItemContent, type: "input_text" | "output_text") {
  return typeof content === "string" ? [{ type, text: content }] : content;
}

const prefixes = {
  message: "msg",
  function_call: "fc",
  function_call_output: "fco",
  reasoning: "rs",
};

function newId({ type }: InputItem): string {
  return `${prefixes[type]}_${randomUUID().replaceAll("-", "")}`;
}
