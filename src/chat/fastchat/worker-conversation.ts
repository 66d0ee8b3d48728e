/** @file A conversation template as FastChat's workers tell it on `/worker_get_conv_template`. */
import type { WorkerConversation } from "../../protocol/fastchat-worker.ts";
import type { PromptTemplate } from "./conversation-template.ts";
import { separatorNumberOf } from "./style-numbers.ts";

/** `Conversation.dict()` of FastChat, what concerns pictures empty. */
export function toWorkerConversation(
  template: PromptTemplate,
): WorkerConversation & { system_message_vision: string; max_image_size_mb: null } {
  const { roles, preset, stop, stopTokens } = template;
  return {
    name: template.name,
    system_template: template.systemTemplate,
    system_message: template.system,
    system_message_vision: "",
    roles: [...roles],
    messages: preset.map((text, i) => [roles[i % 2 === 0 ? 0 : 1], text]),
    offset: preset.length,
    sep_style: separatorNumberOf(template.style),
    sep: template.sep,
    sep2: template.sep2,
    stop_str: stop.length === 0 ? null : stop.length === 1 ? (stop[0] ?? null) : [...stop],
    stop_token_ids: stopTokens.length === 0 ? null : [...stopTokens],
    max_image_size_mb: null,
  };
}
