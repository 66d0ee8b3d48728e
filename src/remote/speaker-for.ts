/** @file Who speaks to a server, by the dialect that it speaks itself. */
import { UsageError } from "../errors/usage-error.ts";
import type { Backend } from "../protocol/remote-config.ts";
import type { Served } from "../protocol/speaker.ts";
import { geminiSpeaker } from "./gemini/gemini-speaker.ts";
import { openAiSpeaker } from "./openai/openai-speaker.ts";
import type { RemoteModel } from "./remote-model.ts";

const speakers: Partial<Record<Backend, (model: RemoteModel) => Served>> = {
  openai: openAiSpeaker,
  gemini: geminiSpeaker,
};

/** @throws {UsageError} nobody does. */
export function speakerFor(backend: Backend): (model: RemoteModel) => Served {
  const speaker = speakers[backend];
  if (speaker !== undefined) return speaker;
  throw new UsageError(`Models of the backend '${backend}' cannot be served yet.`);
}
