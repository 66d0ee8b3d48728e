/** @file One measured request: what it asked, when its tokens came, or how it failed. */
import { type OpenAiServer, postStream, ServerError } from "../http/openai-client.ts";
import { StreamMeter, textOf } from "./stream-meter.ts";

export type Sample = {
  /** 1 for the first message of a conversation. */
  turn: number;
  /** On the run's own clock, ms. */
  startMs: number;
  endMs: number;
  ttftMs: number | null;
  tpotMs: number | null;
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
  /** The kind of failure; null when the answer is complete. */
  error: string | null;
};

export type Message = { role: "user" | "assistant"; content: string };

export type Ask = {
  server: OpenAiServer;
  model: string;
  maxTokens: number;
};

/** Sends one conversation so far and times the answer; its text is kept only where it is needed. */
export async function ask(
  { server, model, maxTokens }: Ask,
  messages: readonly Message[],
  keepText: boolean,
): Promise<{ sample: Sample; text: string }> {
  const body = toBody(model, messages, maxTokens);
  const meter = new StreamMeter();
  const parts: Buffer[] = [];
  const startMs = performance.now();
  const error = await postStream(server, "/chat/completions", body, (bytes) => {
    meter.add(bytes, performance.now());
    if (keepText) parts.push(bytes);
  }).then(() => brokenOff(meter), toKind);
  const endMs = performance.now();
  const turn = (messages.length + 1) / 2;
  return {
    sample: toSample(meter, { turn, startMs, endMs, error }),
    text: textOf(parts),
  };
}

function toBody(model: string, messages: readonly Message[], maxTokens: number): string {
  return JSON.stringify({
    model,
    messages,
    max_tokens: maxTokens,
    temperature: 0,
    ignore_eos: true, // every answer has the same length, where the server knows the field
    stream: true,
    stream_options: { include_usage: true },
  });
}

function toSample(
  meter: StreamMeter,
  known: Pick<Sample, "turn" | "startMs" | "endMs" | "error">,
): Sample {
  const { firstTokenAt: first, lastTokenAt: last, usage, events } = meter;
  const completionTokens = usage?.completion_tokens ?? events;
  const timed = first !== undefined && last !== undefined;
  return {
    ...known,
    ttftMs: timed ? first - known.startMs : null,
    tpotMs: timed && completionTokens > 1 ? (last - first) / (completionTokens - 1) : null,
    promptTokens: usage?.prompt_tokens ?? 0,
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? 0,
    completionTokens,
  };
}

/** A stream that ends without `[DONE]` is a failure, however cleanly it ends. */
function brokenOff({ failure, done }: StreamMeter): string | null {
  if (failure !== undefined) return `stream: ${failure}`;
  return done ? null : "stream broke off";
}

function toKind(error: unknown): string {
  if (error instanceof ServerError) return `http ${error.status} ${error.code ?? ""}`.trim();
  if (error instanceof Error && "code" in error) return String(error.code);
  return String(error);
}
