/** @file A worker in front of a server that speaks Anthropic's API, and clients of every dialect. */
import Anthropic from "@anthropic-ai/sdk";
import { Ollama } from "ollama";
import OpenAI from "openai";
import type { RemoteModelOptions } from "../../src/worker/serve-remote.ts";
import { serveAnthropic } from "./anthropic-stub.ts";
import { remoteModel, startRemote } from "./remote-worker.ts";
import { keep } from "./started.ts";

export async function startInFrontOfAnthropic(
  more: Partial<RemoteModelOptions> = {},
  around: Parameters<typeof startRemote>[1] = {},
) {
  const stub = keep(await serveAnthropic());
  const settings: Partial<RemoteModelOptions> = {
    backend: "anthropic",
    apiKey: "sk-ant-1",
    names: ["m"],
    upstreamModel: "claude-sonnet-4-5",
    ...more,
  };
  const worker = await startRemote([remoteModel(stub, settings)], around);
  const openai = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: "none", maxRetries: 0 });
  const anthropic = new Anthropic({ baseURL: worker.url, apiKey: "none", maxRetries: 0 });
  return { stub, worker, openai, anthropic, ollama: new Ollama({ host: worker.url }) };
}

export const messages = [{ role: "user" as const, content: "Say hello" }];
export const weather = {
  type: "function" as const,
  function: {
    name: "weather",
    description: "The weather in a city",
    parameters: { type: "object", properties: { city: { type: "string" } } },
  },
};
export const ways = [{ streams: true }, { streams: false }];
