/** @file What the model reads of a conversation, and what its tokenizer is. */
import { Hono } from "hono";
import { readJson } from "../../http/json.ts";
import { ChatPromptRequest, type TokenizerInfo } from "../../protocol/tokens.ts";
import type { Ready, ServedModel } from "../served-model.ts";
import { chatPrompt, chatPromptTokens } from "./prompt-tokens.ts";

export function templateRoutes(ready: Ready): Hono {
  return new Hono()
    .post("/apply-template", async (c) => {
      const model = ready();
      const request = await readJson(c, ChatPromptRequest);
      if (request.model != null) model.assertName(request.model);
      const segments = await chatPrompt(model, request);
      return c.json({ prompt: segments.map(({ text }) => text).join("") });
    })
    .post("/v1/chat/completions/input_tokens", async (c) => {
      const model = ready();
      const request = await readJson(c, ChatPromptRequest);
      if (request.model != null) model.assertName(request.model);
      const { length } = await chatPromptTokens(model, request);
      return c.json({ object: "chat.completion.input_tokens", input_tokens: length });
    })
    .get("/tokenizer_info", (c) => c.json(toTokenizerInfo(ready())));
}

function toTokenizerInfo({ engine, description, format }: ServedModel): TokenizerInfo {
  const { vocab, info } = engine;
  const spelling = (token: number) => (token < 0 ? null : vocab.spelling(token));
  return {
    tokenizer_class: description.tokenizer.model ?? "unknown",
    bos_token: spelling(vocab.bos),
    eos_token: spelling(vocab.eos),
    pad_token: spelling(vocab.pad),
    chat_template: format.template ?? null,
    add_bos_token: vocab.addsBos,
    vocab_size: vocab.size,
    model_max_length: info.contextSize,
  };
}
