/** @file `POST /v1/completions`: raw prompts in, their continuations out, whole or streamed. */
import { Hono } from "hono";
import { readJson } from "../http/json.ts";
import { clientSignal } from "../http/node-exchange.ts";
import { streamEvents } from "../http/sse.ts";
import { CompletionRequest, toList } from "../protocol/openai.ts";
import { textChunks, toTextCompletion } from "./answer.ts";
import type { Ready } from "./served-model.ts";
import type { Statistics } from "./statistics.ts";

export function completionRoutes(ready: Ready, statistics: Statistics): Hono {
  return new Hono().post("/v1/completions", async (c) => {
    const model = ready();
    const request = await readJson(c, CompletionRequest);
    model.assertName(request.model);
    const prompts = toList(request.prompt);
    const answer = model.complete(request, prompts, clientSignal(c));
    const onComplete = statistics.recorder(c);
    const echo = (choice: number) => {
      const prompt = prompts[Math.floor(choice / (request.n ?? 1))] ?? "";
      if (!request.echo) return "";
      return typeof prompt === "string" ? prompt : model.engine.vocab.detokenize(prompt, true);
    };
    const includeUsage = request.stream_options?.include_usage ?? false;
    return request.stream
      ? streamEvents(c, textChunks(request.model, answer, echo, includeUsage, onComplete))
      : c.json(await toTextCompletion(request.model, answer, echo, onComplete));
  });
}
