/** @file `POST /v1/completions`: raw prompts in, their continuations out, whole or streamed. */
import { Hono } from "hono";
import { textChunks, toTextCompletion } from "../../dialects/text-completions.ts";
import { readJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import { streamEvents } from "../../http/sse.ts";
import { CompletionRequest, toList } from "../../protocol/openai.ts";
import type { Statistics } from "../metrics/statistics.ts";
import type { Ready } from "../served-model.ts";
import { assertAble } from "./capability.ts";

export function completionRoutes(ready: Ready, statistics: Statistics): Hono {
  return new Hono().post("/v1/completions", async (c) => {
    const model = ready();
    const request = await readJson(c, CompletionRequest);
    model.assertName(request.model);
    assertAble(model, "completions");
    const answer = model.complete(request, toList(request.prompt), clientSignal(c));
    const onComplete = statistics.recorder(c);
    const includeUsage = request.stream_options?.include_usage ?? false;
    return request.stream
      ? streamEvents(c, textChunks(request, answer, { includeUsage, onComplete }))
      : c.json(await toTextCompletion(request, answer, onComplete));
  });
}
