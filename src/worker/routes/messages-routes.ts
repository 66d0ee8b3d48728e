/** @file Anthropic's `/v1/messages`: a message out, whole or as events; and what a prompt counts. */
import { Hono } from "hono";
import { messageEvents } from "../../dialects/anthropic/message-events.ts";
import {
  anthropicNames,
  toChatPrompt,
  toChatRequest,
} from "../../dialects/anthropic/to-chat-request.ts";
import { toMessage } from "../../dialects/anthropic/to-message.ts";
import { checked, readJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import { streamMessages } from "../../http/sse.ts";
import { CountTokensRequest, MessagesRequest } from "../../protocol/anthropic.ts";
import { ChatRequest } from "../../protocol/openai.ts";
import { assertAble } from "./capability.ts";
import { countPromptTokens, type Recorder, type Speaker } from "./speaker.ts";

export function messagesRoutes(ready: () => Speaker, statistics: Recorder): Hono {
  return new Hono()
    .post("/v1/messages", async (c) => {
      const model = ready();
      const request = await readJson(c, MessagesRequest);
      model.assertName(request.model);
      assertAble(model, "chat");
      const asked = checked(ChatRequest, toChatRequest(request), anthropicNames);
      const answer = await model.chat(asked, clientSignal(c));
      const onComplete = statistics.recorder(c);
      return request.stream
        ? streamMessages(c, messageEvents(request, answer, onComplete))
        : c.json(await toMessage(request, answer, onComplete));
    })
    .post("/v1/messages/count_tokens", async (c) => {
      const model = ready();
      const request = await readJson(c, CountTokensRequest);
      model.assertName(request.model);
      assertAble(model, "chat");
      const asked = checked(ChatRequest, toChatPrompt(request), anthropicNames);
      return c.json({ input_tokens: await countPromptTokens(model, asked) });
    });
}
