/** @file `POST /v1/chat/completions`: a conversation in, a completion out, whole or streamed. */
import { Hono } from "hono";
import { chatChunks, toChatCompletion } from "../../dialects/chat-completions.ts";
import { readJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import { streamEvents } from "../../http/sse.ts";
import { ChatRequest } from "../../protocol/openai.ts";
import type { Statistics } from "../metrics/statistics.ts";
import type { Ready } from "../served-model.ts";
import { assertAble } from "./capability.ts";

export function chatRoutes(ready: Ready, statistics: Statistics): Hono {
  return new Hono().post("/v1/chat/completions", async (c) => {
    const model = ready();
    const request = await readJson(c, ChatRequest);
    model.assertName(request.model);
    assertAble(model, "chat");
    const answer = await model.chat(request, clientSignal(c));
    const onComplete = statistics.recorder(c);
    const includeUsage = request.stream_options?.include_usage ?? false;
    return request.stream
      ? streamEvents(c, chatChunks(request, answer, { includeUsage, onComplete }))
      : c.json(await toChatCompletion(request, answer, onComplete));
  });
}
