/** @file `POST /v1/completions`: raw prompts in, their continuations out, whole or streamed. */
import { Hono } from "hono";
import { textChunks, toTextCompletion } from "../dialects/text-completions.ts";
import { readJson } from "../http/json.ts";
import { clientSignal } from "../http/node-exchange.ts";
import { streamEvents } from "../http/sse.ts";
import { CompletionRequest, toList } from "../protocol/openai.ts";
import type { Writer } from "../protocol/speaker.ts";
import { assertAble } from "./capability.ts";
import type { Models } from "./models.ts";
import type { Recorder } from "./recorder.ts";

export function completionRoutes(models: Models<Writer>, recorder: Recorder): Hono {
  return new Hono().post("/v1/completions", async (c) => {
    const request = await readJson(c, CompletionRequest);
    const model = models.named(request.model);
    assertAble(model, "completions");
    const answer = model.complete(request, toList(request.prompt), clientSignal(c));
    const onComplete = recorder.recorder(c);
    const includeUsage = request.stream_options?.include_usage ?? false;
    return request.stream
      ? streamEvents(c, textChunks(request, answer, { includeUsage, onComplete }))
      : c.json(await toTextCompletion(request, answer, onComplete));
  });
}
