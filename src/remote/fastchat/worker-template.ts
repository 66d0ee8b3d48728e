/** @file A worker's conversation template, as it tells it, in the form that our prompts are made from. */
import type { PromptTemplate } from "../../chat/fastchat/conversation-template.ts";
import { separatorStyleOf } from "../../chat/fastchat/style-numbers.ts";
import { UpstreamError } from "../../errors/upstream-errors.ts";
import type { WorkerConversation } from "../../protocol/fastchat-worker.ts";

/** @throws {UpstreamError} its style is one that FastChat 0.2.36 does not have. */
export function workerTemplate(model: string, conversation: WorkerConversation): PromptTemplate {
  const style = separatorStyleOf(conversation.sep_style);
  if (style === undefined)
    throw new UpstreamError(
      model,
      `joins messages in a style unknown here (${conversation.sep_style})`,
    );
  const { stop_str: stop, stop_token_ids: stopTokens, roles } = conversation;
  return {
    name: conversation.name,
    style,
    systemTemplate: conversation.system_template,
    system: conversation.system_message,
    roles: [roles[0] ?? "", roles[1] ?? ""],
    preset: conversation.messages.map(([, text]) => (typeof text === "string" ? text : "")),
    sep: conversation.sep ?? "",
    sep2: conversation.sep2 ?? "",
    stop: stop == null ? [] : Array.isArray(stop) ? stop : [stop],
    stopTokens: stopTokens ?? [],
  };
}
