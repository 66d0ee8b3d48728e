/** @file A conversation becomes a row of a format. */
import type { Row } from "../../files/bad-row.ts";
import type { Conversation, ConversationFormat } from "../conversation.ts";
import { toAlpaca } from "./alpaca.ts";
import { toShareGpt } from "./share-gpt.ts";

const writers: Record<ConversationFormat, (conversation: Conversation) => Row> = {
  sharegpt: toShareGpt,
  alpaca: toAlpaca,
  openai: ({ messages, tools }) => ({ messages, ...(tools && { tools }) }),
};

/** @throws {BadRow} the format has no place for such a conversation. */
export function toRow(conversation: Conversation, format: ConversationFormat): Row {
  const { id, model, language } = conversation;
  return {
    ...(id !== null && { id }),
    ...(model !== null && { model }),
    ...(language !== null && { language }),
    ...writers[format](conversation),
  };
}
