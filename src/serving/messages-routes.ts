/** @file Anthropic's `/v1/messages`: a message out, whole or as events; and what a prompt counts. */
import { Hono } from "hono";
import { messageEvents } from "../dialects/anthropic/message-events.ts";
import {
  anthropicNames,
  toChatPrompt,
  toChatRequest,
} from "../dialects/anthropic/to-chat-request.ts";
import { toMessage } from "../dialects/anthropic/to-message.ts";
import { checked, readJson } from "../http/json.ts";
import { clientSignal } from "../http/node-exchange.ts";
import { streamMessages } from "../http/sse.ts";
import { CountTokensRequest, MessagesRequest } from "../protocol/anthropic.ts";
import { ChatRequest } from "../protocol/openai.ts";
import type { Speaker } from "../protocol/speaker.ts";
import { assertAble } from "./capability.ts";
import type { Models } from "./models.ts";
import type { Recorder } from "./recorder.ts";

export function messagesRoutes(models: Models<Speaker>, recorder: Recorder): Hono {
  return new Hono()
    .post("/v1/messages", async (c) => {
      const request = await readJson(c, MessagesRequest);
      const model = models.named(request.model);
      assertAble(model, "chat");
      const asked = checked(ChatRequest, toChatRequest(request), anthropicNames);
      const answer = await model.chat(asked, clientSignal(c));
      const onComplete = recorder.recorder(c);
      return request.stream
        ? streamMessages(c, messageEvents(request, answer, onComplete))
        : c.json(await toMessage(request, answer, onComplete));
    })
    .post("/v1/messages/count_tokens", async (c) => {
      const request = await readJson(c, CountTokensRequest);
      const model = models.named(request.model);
      assertAble(model, "chat");
      const asked = checked(ChatRequest, toChatPrompt(request), anthropicNames);
      return c.json({ input_tokens: await model.countTokens(asked) });
    });
}
