/**
 * @file Anthropic's Messages API as we read and write it. Unknown fields (betas, `cache_control`)
 * are dropped; what the model cannot read is refused by name.
 */
import { z } from "zod";
import { refused } from "./refused-field.ts";
import { unknownKind } from "./unknown-kind.ts";

const unreadable = unknownKind(
  (type) =>
    `A block of type '${type}' cannot be read: send text, image, tool_use, tool_result and thinking blocks alone.`,
);

const TextBlock = z.object({ type: z.literal("text"), text: z.string() });
const TextBlocks = z.array(z.discriminatedUnion("type", [TextBlock], unreadable)).max(2048);
const ImageBlock = z.object({
  type: z.literal("image"),
  source: z.discriminatedUnion(
    "type",
    [
      z.object({ type: z.literal("base64"), media_type: z.string().max(64), data: z.string() }),
      z.object({ type: z.literal("url"), url: z.string().min(1) }),
    ],
    unknownKind((type) => `A picture of type '${type}' cannot be found here: send base64 or url.`),
  ),
});
export type AnthropicImage = z.infer<typeof ImageBlock>;
const ThinkingBlock = z.object({ type: z.literal("thinking"), thinking: z.string() });
const RedactedBlock = z.object({ type: z.literal("redacted_thinking") });
const ToolUseBlock = z.object({
  type: z.literal("tool_use"),
  id: z.string().min(1).max(256),
  name: z.string().min(1).max(256),
  input: z.record(z.string(), z.unknown()),
});
const ToolResultBlock = z.object({
  type: z.literal("tool_result"),
  tool_use_id: z.string().min(1).max(256),
  content: z
    .union([
      z.string(),
      z.array(z.discriminatedUnion("type", [TextBlock, ImageBlock], unreadable)).max(2048),
    ])
    .nullish(),
  is_error: z.boolean().nullish(),
});

const Text = z.union([z.string(), TextBlocks]);
export type AnthropicText = z.infer<typeof Text>;

const Block = z.discriminatedUnion(
  "type",
  [TextBlock, ImageBlock, ThinkingBlock, RedactedBlock, ToolUseBlock, ToolResultBlock],
  unreadable,
);

export const AnthropicMessage = z
  .object({
    role: z.enum(["user", "assistant", "system"]),
    content: z.union([z.string(), z.array(Block).max(2048)]),
  })
  .refine(({ role, content }) => role === "user" || !hasImage(content), {
    path: ["content"],
    error: "Only a user's message may have pictures.",
  });
export type AnthropicMessage = z.infer<typeof AnthropicMessage>;
export type AnthropicBlock = z.infer<typeof Block>;

function hasImage(content: string | readonly AnthropicBlock[]): boolean {
  return typeof content !== "string" && content.some(({ type }) => type === "image");
}

const AnthropicTool = z.object({
  type: z.literal("custom", "Only tools of your own (type 'custom') can be called here.").nullish(),
  name: z.string().min(1).max(256),
  description: z.string().nullish(),
  input_schema: z.record(z.string(), z.unknown()),
  strict: z.boolean().nullish(),
});
export type AnthropicTool = z.infer<typeof AnthropicTool>;

const disable_parallel_tool_use = z.boolean().nullish();
const AnthropicToolChoice = z.discriminatedUnion("type", [
  z.object({ type: z.literal("auto"), disable_parallel_tool_use }),
  z.object({ type: z.literal("any"), disable_parallel_tool_use }),
  z.object({
    type: z.literal("tool"),
    name: z.string().min(1).max(256),
    disable_parallel_tool_use,
  }),
  z.object({ type: z.literal("none") }),
]);
export type AnthropicToolChoice = z.infer<typeof AnthropicToolChoice>;

const Thinking = z.discriminatedUnion("type", [
  z.object({ type: z.literal("enabled"), budget_tokens: z.int().min(1).max(10_000_000) }),
  z.object({ type: z.literal("adaptive") }),
  z.object({ type: z.literal("between_tools") }),
  z.object({ type: z.literal("disabled") }),
]);

const OutputConfig = z.object({
  effort: z.enum(["low", "medium", "high", "xhigh", "max"]).nullish(),
  format: z
    .object({ type: z.literal("json_schema"), schema: z.record(z.string(), z.unknown()) })
    .nullish(),
});

/** What a prompt is made of: enough to count its tokens. */
const promptFields = {
  model: z.string().min(1).max(512),
  messages: z.array(AnthropicMessage).min(1).max(2048),
  system: Text.nullish(),
  tools: z.array(AnthropicTool).max(128).nullish(),
  tool_choice: AnthropicToolChoice.nullish(),
  thinking: Thinking.nullish(),
  output_config: OutputConfig.nullish(),
};

export const CountTokensRequest = z.object(promptFields);
export type CountTokensRequest = z.infer<typeof CountTokensRequest>;

export const MessagesRequest = z.object({
  ...promptFields,
  max_tokens: z.int().min(1).max(10_000_000),
  stop_sequences: z.array(z.string().min(1).max(1024)).max(16).nullish(),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().min(0).max(1_000_000).nullish(),
  metadata: z.object({ user_id: z.string().max(512).nullish() }).nullish(),
  mcp_servers: refused("This server calls no servers of tools: call them yourself."),
});
export type MessagesRequest = z.infer<typeof MessagesRequest>;

export type AnthropicUsage = {
  /** Without those found in the cache. */
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  output_tokens: number;
  output_tokens_details?: { thinking_tokens: number };
};

export type AnswerBlock =
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "text"; text: string; citations: null }
  | { type: "tool_use"; id: string; name: string; input: Record<string, unknown> };

export type StopReason = "end_turn" | "max_tokens" | "stop_sequence" | "tool_use" | "refusal";

export type Message = {
  id: string;
  type: "message";
  role: "assistant";
  model: string;
  content: AnswerBlock[];
  stop_reason: StopReason | null;
  stop_sequence: string | null;
  usage: AnthropicUsage;
};

export type BlockDelta =
  | { type: "thinking_delta"; thinking: string }
  | { type: "signature_delta"; signature: string }
  | { type: "text_delta"; text: string }
  | { type: "input_json_delta"; partial_json: string };

export type MessageEvent =
  | { type: "message_start"; message: Message }
  | { type: "content_block_start"; index: number; content_block: AnswerBlock }
  | { type: "ping" }
  | { type: "content_block_delta"; index: number; delta: BlockDelta }
  | { type: "content_block_stop"; index: number }
  | {
      type: "message_delta";
      delta: { stop_reason: StopReason; stop_sequence: string | null };
      usage: AnthropicUsage;
    }
  | { type: "message_stop" };
