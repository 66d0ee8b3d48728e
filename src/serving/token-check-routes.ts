/** @file FastChat's `/api/v1/token_check`: whether prompts and their answers fit their models. */
import { setImmediate } from "node:timers/promises";
import { Hono } from "hono";
import { readJson } from "../http/json.ts";
import type { Writer } from "../protocol/speaker.ts";
import { type TokenCheckAnswer, TokenCheckRequest } from "../protocol/tokens.ts";
import type { Models } from "./models.ts";

export function tokenCheckRoutes(models: Models<Writer>): Hono {
  return new Hono().post("/api/v1/token_check", async (c) => {
    const request = await readJson(c, TokenCheckRequest);
    const asked = request.prompts.map(({ model, ...rest }) => ({
      ...rest,
      model: models.named(model),
    }));
    const prompts: TokenCheckAnswer["prompts"] = [];
    for (const { model, prompt, max_tokens: maxTokens } of asked) {
      const contextLength = model.card.context_size;
      const tokenCount = await model.countTextTokens(prompt);
      prompts.push({ fits: tokenCount + maxTokens <= contextLength, tokenCount, contextLength });
      await setImmediate(); // others' requests come in between
    }
    return c.json({ prompts } satisfies TokenCheckAnswer);
  });
}
