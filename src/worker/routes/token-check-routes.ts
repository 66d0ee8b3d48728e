/** @file FastChat's `/api/v1/token_check`: whether prompts and their answers fit the model. */
import { setImmediate } from "node:timers/promises";
import { Hono } from "hono";
import { readJson } from "../../http/json.ts";
import { type TokenCheckAnswer, TokenCheckRequest } from "../../protocol/tokens.ts";
import type { Ready } from "../served-model.ts";
import { textPromptTokens } from "./prompt-tokens.ts";

export function tokenCheckRoutes(ready: Ready): Hono {
  return new Hono().post("/api/v1/token_check", async (c) => {
    const model = ready();
    const request = await readJson(c, TokenCheckRequest);
    const { contextSize } = model.engine.info;
    for (const { model: name } of request.prompts) model.assertName(name);
    const prompts: TokenCheckAnswer["prompts"] = [];
    for (const { prompt, max_tokens: maxTokens } of request.prompts) {
      const tokenCount = textPromptTokens(model, prompt).length;
      const fits = tokenCount + maxTokens <= contextSize;
      prompts.push({ fits, tokenCount, contextLength: contextSize });
      await setImmediate(); // others' requests come in between
    }
    return c.json({ prompts } satisfies TokenCheckAnswer);
  });
}
