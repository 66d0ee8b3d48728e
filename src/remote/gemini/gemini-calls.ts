/**
 * @file What Gemini is asked beside answers: how many tokens a prompt has, and texts as vectors.
 *
 * Sources: https://ai.google.dev/api/tokens, https://ai.google.dev/api/embeddings
 */
import type { z } from "zod";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { UpstreamError } from "../../errors/upstream-errors.ts";
import { toList } from "../../protocol/openai.ts";
import type { EmbeddingInput, Embeddings } from "../../protocol/speaker.ts";
import { estimateText } from "../openai/token-counts.ts";
import type { RemoteModel } from "../remote-model.ts";
import { askJson } from "../upstream-call.ts";
import { CountAnswer, EmbedAnswer } from "./answer-shape.ts";
import { resourceName, resourcePath } from "./model-name.ts";

const countingMs = 30_000;
/** More texts are refused. */
const maxTextsAtOnce = 100;

/** @param prompt Contents, and what else of a request is read. */
export async function countPrompt(model: RemoteModel, prompt: object): Promise<number> {
  const name = resourceName(model.upstreamModel);
  const body = { generateContentRequest: { model: name, ...prompt } };
  const signal = AbortSignal.timeout(countingMs);
  return (await ask(model, "countTokens", body, signal, CountAnswer)).totalTokens;
}

/** @throws {InvalidRequestError} there are tokens instead of texts. */
export async function embedTexts(
  model: RemoteModel,
  { input, dimensions }: EmbeddingInput,
  signal: AbortSignal,
): Promise<Embeddings> {
  const texts = toList(input).map(asText);
  const vectors: Float32Array[] = [];
  let tokens = 0;
  for (let at = 0; at < texts.length; at += maxTextsAtOnce) {
    const some = texts.slice(at, at + maxTextsAtOnce);
    const requests = some.map((text) => ({
      model: resourceName(model.upstreamModel),
      content: { parts: [{ text }] },
      ...(dimensions != null && { outputDimensionality: dimensions }),
    }));
    const answer = await ask(model, "batchEmbedContents", { requests }, signal, EmbedAnswer);
    if (answer.embeddings.length !== some.length) throw senseless(model);
    vectors.push(...answer.embeddings.map(({ values }) => toUnit(values)));
    const estimate = some.reduce((sum, text) => sum + estimateText(text), 0);
    tokens += answer.usageMetadata?.promptTokenCount ?? estimate;
  }
  return { vectors, tokens };
}

function asText(text: string | number[]): string {
  if (typeof text === "string") return text;
  throw new InvalidRequestError("Gemini embeds texts alone, not tokens.", "input");
}

/** Vectors that were shortened for us come as they were cut. */
function toUnit(values: number[]): Float32Array {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (value) => (length === 0 ? 0 : value / length));
}

async function ask<T extends z.ZodType>(
  model: RemoteModel,
  what: "countTokens" | "batchEmbedContents",
  body: object,
  signal: AbortSignal,
  shape: T,
): Promise<z.output<T>> {
  const path = `${resourcePath(model.upstreamModel)}:${what}`;
  const answer = shape.safeParse(await askJson(model.server, { path, body, signal }));
  if (answer.success) return answer.data;
  throw senseless(model);
}

function senseless({ card }: RemoteModel): UpstreamError {
  return new UpstreamError(card.id, "answered with something that is no answer");
}
