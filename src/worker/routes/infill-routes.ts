/** @file `POST /infill`, llama-server's: fills the hole in a text, for editors. */

import { type Context, Hono } from "hono";
import { readAnswer } from "../../chat/output/answer-reading.ts";
import {
  type LlamaOptions,
  llamaPieces,
  toLlamaCompletion,
} from "../../dialects/llama-completion.ts";
import type { Generation } from "../../engine/messages.ts";
import { readJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import { streamEvents } from "../../http/sse.ts";
import { InfillRequest } from "../../protocol/infill.ts";
import { assertAble } from "../../serving/capability.ts";
import { fimPrompt } from "../generation/fim-prompt.ts";
import { toGeneration } from "../generation/generation.ts";
import { structuredGrammar } from "../generation/structured-output.ts";
import type { Statistics } from "../metrics/statistics.ts";
import type { Ready, ServedModel } from "../served-model.ts";
import { pickFields } from "./response-fields.ts";

/** Tokens kept free for an answer whose length is not said. */
const usualAnswer = 256;

export function infillRoutes(ready: Ready, statistics: Statistics): Hono {
  return new Hono().post("/infill", async (c) => {
    const model = ready();
    const request = await readJson(c, InfillRequest);
    if (request.model != null) model.assertName(request.model);
    assertAble(model, "completions");
    return infill(c, model, request, statistics);
  });
}

async function infill(
  c: Context,
  model: ServedModel,
  request: InfillRequest,
  statistics: Statistics,
): Promise<Response> {
  const generation = infillGeneration(model, request);
  const answer = readAnswer(
    model.engine.generate(generation, clientSignal(c), "input_prefix"),
    null,
  );
  const options: LlamaOptions = {
    model: request.model ?? model.card.id,
    promptTokens: generation.tokens.length,
    probabilities: generation.logprobs !== null,
    onComplete: statistics.recorder(c),
  };
  if (request.stream) return streamEvents(c, llamaPieces(answer, options), { done: false });
  const whole = await toLlamaCompletion(answer, options);
  const { response_fields: fields } = request;
  return c.json(fields?.length ? pickFields(whole, fields) : whole);
}

function infillGeneration(model: ServedModel, request: InfillRequest): Generation {
  const { vocab, info } = model.engine;
  const asked = request.n_predict ?? request.max_tokens ?? -1;
  const reserved = Math.min(asked < 0 ? usualAnswer : Math.max(1, asked), info.contextSize / 2);
  const prompt = {
    tokens: fimPrompt(
      vocab,
      request.input_prefix + (request.prompt ?? ""),
      request.input_suffix,
      request.input_extra ?? [],
      Math.floor(info.contextSize - reserved),
    ),
    stops: [],
    stopTokens: [],
    maxTokens: asked < 0 ? null : asked,
    trimStart: false,
    prefixes: [],
    adapters: model.adapters.choose(request.model, request.lora).set,
    grammar: structuredGrammar(request),
    visible: [],
    thought: null,
    logprobs: request.n_probs || request.return_tokens ? (request.n_probs ?? 0) : null,
    promptLogprobs: false,
  };
  return toGeneration(request, prompt, model.recommended, vocab);
}
