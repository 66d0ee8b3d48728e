/** @file A worker in front of a server that speaks Gemini's API, and the clients that ask it. */
import Anthropic from "@anthropic-ai/sdk";
import { Ollama } from "ollama";
import OpenAI from "openai";
import type { RemoteModelOptions } from "../../src/worker/serve-remote.ts";
import { geminiKey, serveGemini } from "./gemini-stub.ts";
import { remoteModel, startRemote } from "./remote-worker.ts";
import { keep } from "./started.ts";

export async function startGemini(more: Partial<RemoteModelOptions> = {}) {
  const stub = keep(await serveGemini());
  const settings = {
    backend: "gemini" as const,
    apiKey: geminiKey,
    names: ["m"],
    upstreamModel: "gemini-2.5-flash",
    ...more,
  };
  const worker = await startRemote([remoteModel(stub, settings)]);
  return {
    stub,
    worker,
    openai: new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: "none", maxRetries: 0 }),
    anthropic: new Anthropic({ baseURL: worker.url, apiKey: "none", maxRetries: 0 }),
    ollama: new Ollama({ host: worker.url }),
  };
}
