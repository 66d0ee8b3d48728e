/** @file `/tokenize` and `/detokenize`, in the shapes of vLLM and of llama-server. */
import { type Context, Hono } from "hono";
import { readJson } from "../../http/json.ts";
import type { Vocab } from "../../llama/vocab.ts";
import {
  type ContentTokens,
  type DetokenizeAnswer,
  DetokenizeRequest,
  type TokenizeAnswer,
  TokenizeRequest,
} from "../../protocol/tokens.ts";
import type { Ready, ServedModel } from "../served-model.ts";
import { chatPromptTokens } from "./prompt-tokens.ts";

export function tokenRoutes(ready: Ready): Hono {
  const app = new Hono();
  for (const root of ["", "/v1"])
    app
      .post(`${root}/tokenize`, (c) => tokenize(c, ready()))
      .post(`${root}/detokenize`, (c) => detokenize(c, ready()));
  return app;
}

async function tokenize(c: Context, model: ServedModel): Promise<Response> {
  const request = await readJson(c, TokenizeRequest);
  if (request.model != null) model.assertName(request.model);
  if (request.content != null) return c.json(toContentTokens(request.content, request, model));
  const tokens = Array.from(await promptTokens(request, model));
  const { vocab, info } = model.engine;
  const body: TokenizeAnswer = {
    count: tokens.length,
    max_model_len: info.contextSize,
    tokens,
    token_strs: request.return_token_strs ? tokens.map((token) => vocab.spelling(token)) : null,
  };
  return c.json(body);
}

/** The same tokens as a completion or chat request with these fields would be answered from. */
async function promptTokens(request: TokenizeRequest, model: ServedModel): Promise<Int32Array> {
  const { prompt, messages, add_special_tokens: isWhole } = request;
  if (messages != null) return chatPromptTokens(model, { ...request, messages });
  if (isWhole === false) return model.engine.vocab.encode(prompt ?? "", false, true);
  return model.rawTokens(prompt ?? "");
}

function toContentTokens(
  content: string,
  { add_special, parse_special, with_pieces }: TokenizeRequest,
  { engine }: ServedModel,
): ContentTokens {
  const tokens = Array.from(
    engine.vocab.encode(content, add_special ?? false, parse_special ?? true),
  );
  if (!with_pieces) return { tokens };
  return { tokens: tokens.map((id) => ({ id, piece: toPiece(engine.vocab, id) })) };
}

function toPiece(vocab: Vocab, token: number): string | number[] {
  const { text, bytes } = vocab.piece(token, true);
  return text ?? Array.from(bytes);
}

async function detokenize(c: Context, model: ServedModel): Promise<Response> {
  const request = await readJson(c, DetokenizeRequest);
  if (request.model != null) model.assertName(request.model);
  const { vocab } = model.engine;
  const text = vocab.detokenize(vocab.checked(request.tokens, "tokens"), true);
  return c.json({ prompt: text, content: text } satisfies DetokenizeAnswer);
}
