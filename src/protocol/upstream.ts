/** @file What is known of the server behind a worker that computes nothing itself. */
import { z } from "zod";

export const UpstreamFacts = z.object({
  /** `vllm`, `ollama`, `anthropic`, …; `unknown` where it does not give itself away. */
  kind: z.string().max(32),
  version: z.string().max(64).optional(),
  /** What the model is called there. */
  model: z.string().max(512).optional(),
});
export type UpstreamFacts = z.infer<typeof UpstreamFacts>;
