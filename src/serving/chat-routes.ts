/** @file `POST /v1/chat/completions`: a conversation in, a completion out, whole or streamed. */
import { Hono } from "hono";
import { chatChunks, toChatCompletion } from "../dialects/chat-completions.ts";
import { readJson } from "../http/json.ts";
import { clientSignal } from "../http/node-exchange.ts";
import { streamEvents } from "../http/sse.ts";
import { ChatRequest } from "../protocol/openai.ts";
import type { Speaker } from "../protocol/speaker.ts";
import { assertAble } from "./capability.ts";
import type { Models } from "./models.ts";
import type { Recorder } from "./recorder.ts";

export function chatRoutes(models: Models<Speaker>, recorder: Recorder): Hono {
  return new Hono().post("/v1/chat/completions", async (c) => {
    const request = await readJson(c, ChatRequest);
    const model = models.named(request.model);
    assertAble(model, "chat");
    const answer = await model.chat(request, clientSignal(c));
    const onComplete = recorder.recorder(c);
    const includeUsage = request.stream_options?.include_usage ?? false;
    return request.stream
      ? streamEvents(c, chatChunks(request, answer, { includeUsage, onComplete }))
      : c.json(await toChatCompletion(request, answer, onComplete));
  });
}
