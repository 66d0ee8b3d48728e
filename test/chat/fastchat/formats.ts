/** @file FastChat's templates as chat formats, for tests. */
import type { ChatFormat } from "../../../src/chat/chat-format.ts";
import type { ControlToken } from "../../../src/chat/control-tokens.ts";
import { writesPrompts } from "../../../src/chat/fastchat/conversation-template.ts";
import { fastchatFormat } from "../../../src/chat/fastchat/fastchat-format.ts";
import { namedTemplate } from "../../../src/chat/fastchat/named-template.ts";

export function formatOf(name: string, controlTokens: readonly ControlToken[] = []): ChatFormat {
  const template = namedTemplate(name);
  if (template === undefined || !writesPrompts(template)) throw new Error(`no prompts by ${name}`);
  return fastchatFormat(template, controlTokens);
}
