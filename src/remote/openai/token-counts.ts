/**
 * @file How many tokens a text or a conversation has for a model behind a server, as the server
 * itself counts them; where it has no route for that, an estimate: a token for four bytes of UTF-8.
 */
import { z } from "zod";
import { UpstreamError } from "../../errors/upstream-errors.ts";
import type { ChatRequest } from "../../protocol/openai.ts";
import type { RemoteModel } from "../remote-model.ts";
import { located } from "../server-address.ts";
import { kindOf } from "../server-kinds.ts";
import { askJson } from "../upstream-call.ts";

const bytesPerToken = 4;
/** What a template puts around each message, about. */
const tokensPerMessage = 4;
const countingMs = 30_000;

const Count = z.union([
  z.looseObject({ count: z.int() }).transform(({ count }) => count),
  z.looseObject({ length: z.int() }).transform(({ length }) => length),
  z.looseObject({ ntokens: z.int() }).transform(({ ntokens }) => ntokens),
  z.looseObject({ tokens: z.array(z.unknown()) }).transform(({ tokens }) => tokens.length),
  z.array(z.unknown()).transform((tokens) => tokens.length),
]);
const Prompt = z.looseObject({ prompt: z.string() });

export async function countText(model: RemoteModel, text: string): Promise<number> {
  const { upstreamModel: name } = model;
  const { counts } = kindOf(model.card.upstream?.kind);
  if (counts === "vllm" || counts === "sglang")
    return count(model, "//tokenize", { model: name, prompt: text });
  if (counts === "llama-server")
    return count(model, "//tokenize", { content: text, add_special: true });
  if (counts === "tabbyapi") return count(model, "/token/encode", { text });
  if (counts === "lightllm") return count(model, "//tokens", { text });
  if (counts === "tgi") return count(model, "//tokenize", { inputs: text });
  return estimateText(text);
}

/** As the model's own template makes a prompt of it, where the server can tell. */
export async function countChat(model: RemoteModel, request: ChatRequest): Promise<number> {
  const { messages, tools } = request;
  const { counts } = kindOf(model.card.upstream?.kind);
  const body = { messages, ...(tools != null && { tools }) };
  if (counts === "vllm") return count(model, "//tokenize", { model: model.upstreamModel, ...body });
  if (counts === "tabbyapi") return count(model, "/token/encode", { text: messages });
  if (counts !== "llama-server") return estimateChat(request);
  const { prompt } = read(model, Prompt, await ask(model, "//apply-template", body));
  return count(model, "//tokenize", { content: prompt, add_special: true, parse_special: true });
}

export function estimateText(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** Pictures are not counted. */
export function estimateChat({ messages, tools }: ChatRequest): number {
  const words = messages.map((message) => {
    const content = message.content ?? "";
    const parts = typeof content === "string" ? [content] : content.map(textOf);
    return parts.join("");
  });
  const told = [...words, tools == null ? "" : JSON.stringify(tools)].join("");
  return estimateText(told) + messages.length * tokensPerMessage;
}

const textOf = (part: object) => ("text" in part ? String(part.text) : "");

async function count(model: RemoteModel, path: string, body: object): Promise<number> {
  return read(model, Count, await ask(model, path, body));
}

/** @throws {UpstreamError} the server said something else. */
function read<T extends z.ZodType>({ card }: RemoteModel, schema: T, json: unknown): z.output<T> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new UpstreamError(card.id, "counted tokens in a way that is not known here");
}

function ask({ server }: RemoteModel, path: string, body: object): Promise<unknown> {
  const [place, own] = located(server, path);
  return askJson(place, { path: own, body, signal: AbortSignal.timeout(countingMs) });
}
