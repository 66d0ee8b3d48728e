/** @file A conversation's turns, each begun by a message of the user's: what goes, goes by turns. */
import type { InputItem, ItemContent } from "../../protocol/responses.ts";

/** What a picture takes of a context, about, as if it were text: a thousand tokens. */
const pictureCharacters = 4000;

/** The ends of the conversation that begin with a turn, longest first. */
export function turnEnds(items: readonly InputItem[]): InputItem[][] {
  return items.flatMap((_, at) => (isTurn(items, at) ? [items.slice(at)] : []));
}

/** The longest of them whose items' sizes add up to `limit` at most; the last turn at least. */
export function latestTurns(
  items: readonly InputItem[],
  limit: number,
  sizeOf: (item: InputItem) => number,
): InputItem[] {
  let [from, size] = [items.length, 0];
  for (const [at, item] of [...items.entries()].reverse()) {
    size += sizeOf(item);
    if (size > limit && from < items.length) break;
    if (isTurn(items, at)) from = at;
  }
  return items.slice(from);
}

/** Characters that the model reads of an item, about. */
export function charactersOf(item: InputItem): number {
  if (item.type === "message") return lengthOf(item.content);
  if (item.type === "function_call") return item.name.length + item.arguments.length;
  if (item.type === "function_call_output") return lengthOf(item.output);
  return lengthOf(item.content?.length ? item.content : (item.summary ?? []));
}

function isTurn(items: readonly InputItem[], at: number): boolean {
  const item = items[at];
  return at === 0 || (item?.type === "message" && item.role === "user");
}

function lengthOf(content: ItemContent): number {
  if (typeof content === "string") return content.length;
  const lengths = content.map((part) => {
    if (part.type === "input_image") return pictureCharacters;
    return (part.type === "refusal" ? part.refusal : part.text).length;
  });
  return lengths.reduce((sum, length) => sum + length, 0);
}
