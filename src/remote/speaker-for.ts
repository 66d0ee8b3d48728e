/** @file Who speaks to a server, by the dialect that it speaks itself. */
import type { Backend } from "../protocol/remote-config.ts";
import type { Served } from "../protocol/speaker.ts";
import { anthropicSpeaker } from "./anthropic/anthropic-speaker.ts";
import { geminiSpeaker } from "./gemini/gemini-speaker.ts";
import { openAiSpeaker } from "./openai/openai-speaker.ts";
import type { RemoteModel } from "./remote-model.ts";

export const speakerFor: Record<Backend, (model: RemoteModel) => Served> = {
  openai: openAiSpeaker,
  anthropic: anthropicSpeaker,
  gemini: geminiSpeaker,
};
