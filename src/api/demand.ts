/** @file What a request asks of a worker, guessed from its body without a tokenizer. */
import { z } from "zod";
import type { Capability } from "../protocol/openai.ts";

const figure = z.number().optional().catch(undefined);

/** What one routes by, beside all the rest; the worker checks the whole and words its own errors. */
export const Routable = z.looseObject({
  model: z.string().min(1).max(512).optional(),
  /** What Ollama's older clients call it. */
  name: z.unknown().optional(),
  stream: z.unknown().optional(),
  max_completion_tokens: figure,
  max_tokens: figure,
  max_output_tokens: figure,
  n_predict: figure,
  /** Ollama's. */
  options: z.looseObject({ num_predict: figure }).optional().catch(undefined),
  n: figure,
  best_of: figure,
  messages: z.unknown().optional(),
  prompt: z.unknown().optional(),
  raw: z.unknown().optional(),
  suffix: z.unknown().optional(),
  previous_response_id: z.unknown().optional(),
  lora: z.unknown().optional(),
});
export type Routable = z.infer<typeof Routable>;

/** English text has about four bytes a token, JSON included. */
const bytesPerToken = 4;
const assumedAnswerTokens = 256;
const longestAnswerTokens = 4096;
/** No worker takes more. */
const [mostChoices, mostPrompts] = [128, 2048];

export function promptTokens(bodyBytes: number): number {
  return Math.ceil(bodyBytes / bytesPerToken);
}

/** What a picture is read as, about, however many bytes it has. */
const pictureTokens = 1000;
/** Shorter bodies are not worth looking through for pictures. */
const smallBytes = 32 << 10;

/** Tokens of a body's prompt; what is a picture in it is not counted as text. */
export function bodyTokens(bodyBytes: number, body: unknown): number {
  if (bodyBytes <= smallBytes) return promptTokens(bodyBytes);
  const pictures = pictureLengths(body);
  const textBytes = pictures.reduce((left, length) => left - length, bodyBytes);
  return promptTokens(Math.max(0, textBytes)) + pictures.length * pictureTokens;
}

/** Characters of each string that is a `data:` URL, or base64 as Anthropic and Ollama have it. */
function pictureLengths(value: unknown): number[] {
  if (typeof value === "string")
    return /^(data:image\/|[A-Za-z0-9+/]{1024})/.test(value) ? [value.length] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(pictureLengths);
}

/** Tokens the answer is taken to have, all choices to all prompts together. */
export function answerTokens(capability: Capability | null, body: Routable): number {
  if (capability !== "chat" && capability !== "completions") return 0;
  const { n = 1, best_of = 1, prompt } = body;
  const prompts = capability === "completions" ? promptCount(prompt) : 1;
  const choices = Math.min(Math.max(1, n, best_of), mostChoices);
  return eachAnswerTokens(body) * choices * prompts;
}

/** Less than none is how some say: as many as there is room for. */
function eachAnswerTokens(body: Routable): number {
  const { max_completion_tokens, max_tokens, max_output_tokens, n_predict, options } = body;
  const limits = [max_completion_tokens, max_tokens, max_output_tokens, n_predict];
  const limit = [...limits, options?.num_predict].find((one) => one !== undefined);
  if (limit === undefined || limit < 0) return assumedAnswerTokens;
  return Math.min(limit, longestAnswerTokens);
}

/** A list of numbers is one prompt, in tokens. */
function promptCount(prompt: unknown): number {
  if (!Array.isArray(prompt) || typeof prompt[0] === "number") return 1;
  return Math.min(Math.max(1, prompt.length), mostPrompts);
}
