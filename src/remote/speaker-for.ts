/** @file Who speaks to a server, by the dialect that it speaks itself. */
import type { Backend } from "../protocol/remote-config.ts";
import type { Served } from "../protocol/speaker.ts";
import { geminiSpeaker } from "./gemini/gemini-speaker.ts";
import { openAiSpeaker } from "./openai/openai-speaker.ts";
import type { RemoteModel } from "./remote-model.ts";

const speakers: Partial<Record<Backend, (model: RemoteModel) => Served>> = {
  openai: openAiSpeaker,
  gemini: geminiSpeaker,
};

export function speakerFor(backend: Backend, model: RemoteModel): Served {
  const speaker = speakers[backend];
  if (speaker === undefined) throw new Error(`Nobody speaks to ${backend} yet.`);
  return speaker(model);
}
