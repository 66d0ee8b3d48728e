/** @file What a model can do, where its server does not say: its name gives some of them away. */
import type { Capability } from "../../protocol/openai.ts";

const embeds = /embed|(^|[/_-])(bge|e5|gte|minilm|voyage)([_-]|$)/i;
const ranks = /rerank/i;
/** OpenAI and others list them among the rest. */
const speechAndPictures =
  /whisper|(^|[/_-])tts|transcribe|dall-?e|moderation|realtime|audio|gpt-image|sora|imagen|veo|stable-diffusion|flux/i;

/** Null: it neither reads nor writes text as we serve it. */
export function guessedCapabilities(name: string, isHosted: boolean): Capability[] | null {
  if (ranks.test(name)) return ["rerank"];
  if (embeds.test(name)) return ["embeddings"];
  if (isHosted && speechAndPictures.test(name)) return null;
  return isHosted ? ["chat"] : ["chat", "completions"];
}
