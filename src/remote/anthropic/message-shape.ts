/**
 * @file Anthropic's answers, whole or as events, as far as they are read. What is odd in one of
 * them is left out rather than refused: new kinds of events and blocks may come at any time.
 *
 * Source: https://platform.claude.com/docs/en/build-with-claude/streaming and the types of
 * `@anthropic-ai/sdk` (resources/messages).
 */
import { z } from "zod";

const text = z.string().nullish().catch(null);
const tokens = z.number().nullish().catch(null);

const Usage = z.looseObject({
  /** Without what stands in the two below. */
  input_tokens: tokens,
  cache_creation_input_tokens: tokens,
  cache_read_input_tokens: tokens,
  output_tokens: tokens,
  output_tokens_details: z.looseObject({ thinking_tokens: tokens }).nullish().catch(null),
});
export type MessageUsage = z.infer<typeof Usage>;

const Block = z.looseObject({
  type: z.string(),
  text,
  thinking: text,
  signature: text,
  /** Of a thought that is not shown. */
  data: text,
  id: text,
  name: text,
  input: z.record(z.string(), z.unknown()).nullish().catch(null),
});
export type MessageBlock = z.infer<typeof Block>;

const end = { stop_reason: text, stop_sequence: text };

export const WholeMessage = z.looseObject({
  type: z.literal("message"),
  content: z.array(Block),
  ...end,
  usage: Usage.nullish().catch(null),
});
export type WholeMessage = z.infer<typeof WholeMessage>;

export const StreamedEvent = z.looseObject({
  type: z.string(),
  /** Of the block that it is news of. */
  index: z.int().min(0).nullish().catch(null),
  message: z
    .looseObject({ usage: Usage.nullish().catch(null) })
    .nullish()
    .catch(null),
  content_block: Block.nullish().catch(null),
  /** New of a block, or of the message. */
  delta: z
    .looseObject({ text, thinking: text, signature: text, partial_json: text, ...end })
    .nullish()
    .catch(null),
  usage: Usage.nullish().catch(null),
});
export type StreamedEvent = z.infer<typeof StreamedEvent>;

export const TokenCount = z.looseObject({ input_tokens: z.int().min(0) });
