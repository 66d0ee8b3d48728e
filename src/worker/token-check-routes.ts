/** @file FastChat's `/api/v1/token_check`: whether prompts and their answers fit the model. */
import { Hono } from "hono";
import { readJson } from "../http/json.ts";
import { type TokenCheckAnswer, TokenCheckRequest } from "../protocol/tokens.ts";
import { textPromptTokens } from "./prompt-tokens.ts";
import type { Ready } from "./served-model.ts";

export function tokenCheckRoutes(ready: Ready): Hono {
  return new Hono().post("/api/v1/token_check", async (c) => {
    const model = ready();
    const request = await readJson(c, TokenCheckRequest);
    const { contextSize } = model.engine.info;
    const body: TokenCheckAnswer = {
      prompts: request.prompts.map(({ model: name, prompt, max_tokens: maxTokens }) => {
        model.assertName(name);
        const tokenCount = textPromptTokens(model, prompt).length;
        const fits = tokenCount + maxTokens <= contextSize;
        return { fits, tokenCount, contextLength: contextSize };
      }),
    };
    return c.json(body);
  });
}
