/**
 * @file What Anthropic's API takes, as strictly as it does: unknown fields are refused, and so is
 * what does not go together.
 *
 * Source: https://platform.claude.com/docs/en/api/messages, build-with-claude/extended-thinking.
 */
import { z } from "zod";

const text = z.strictObject({
  type: z.literal("text"),
  text: z.string().refine((it) => it.trim() !== "", "text content blocks must be non-empty"),
  cache_control: z.strictObject({ type: z.literal("ephemeral") }).optional(),
});
const image = z.strictObject({
  type: z.literal("image"),
  source: z.union([
    z.strictObject({
      type: z.literal("base64"),
      media_type: z.enum(["image/png", "image/jpeg", "image/gif", "image/webp"]),
      data: z.base64(),
    }),
    z.strictObject({ type: z.literal("url"), url: z.url() }),
  ]),
});
const id = z.string().regex(/^[a-zA-Z0-9_-]+$/);
const toolUse = z.strictObject({
  type: z.literal("tool_use"),
  id,
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
});
const toolResult = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: id,
  content: z.union([z.string(), z.array(z.union([text, image]))]).optional(),
  is_error: z.boolean().optional(),
});
const thinking = z.strictObject({
  type: z.literal("thinking"),
  thinking: z.string(),
  signature: z.string().min(1),
});
const turn = z.discriminatedUnion("role", [
  z.strictObject({
    role: z.literal("user"),
    content: z.union([z.string(), z.array(z.union([text, image, toolResult])).min(1)]),
  }),
  z.strictObject({
    role: z.literal("assistant"),
    content: z.union([z.string(), z.array(z.union([text, toolUse, thinking])).min(1)]),
  }),
]);
type Turn = z.infer<typeof turn>;

const parallel = { disable_parallel_tool_use: z.boolean().optional() };
const prompt = {
  model: z.string(),
  system: z.union([z.string().min(1), z.array(text)]).optional(),
  messages: z
    .array(turn)
    .min(1)
    .refine((turns) => turns.every(({ role }, i) => role !== turns[i - 1]?.role), "roles alternate")
    .refine((turns) => turns.every(answersCalls), "each tool_use is answered in the next turn"),
  tools: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
        description: z.string().optional(),
        input_schema: z.looseObject({ type: z.literal("object") }),
        strict: z.boolean().optional(),
      }),
    )
    .optional(),
  tool_choice: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("auto"), ...parallel }),
      z.strictObject({ type: z.literal("any"), ...parallel }),
      z.strictObject({ type: z.literal("tool"), name: z.string(), ...parallel }),
      z.strictObject({ type: z.literal("none") }),
    ])
    .optional(),
  thinking: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("enabled"), budget_tokens: z.int().min(1024) }),
      z.strictObject({
        type: z.literal("adaptive"),
        display: z.enum(["summarized", "omitted"]).optional(),
      }),
      z.strictObject({ type: z.literal("disabled") }),
    ])
    .optional(),
  output_config: z
    .strictObject({
      effort: z.enum(["low", "medium", "high", "xhigh", "max"]).optional(),
      format: z
        .strictObject({
          type: z.literal("json_schema"),
          schema: z.record(z.string(), z.unknown()),
        })
        .optional(),
    })
    .optional(),
};

export const CountRequest = z.strictObject(prompt);

export const MessagesRequest = z
  .strictObject({
    ...prompt,
    max_tokens: z.int().min(1),
    stop_sequences: z.array(z.string().min(1)).optional(),
    stream: z.boolean().optional(),
    temperature: z.number().min(0).max(1).optional(),
    top_p: z.number().min(0).max(1).optional(),
    top_k: z.int().min(1).optional(),
    metadata: z.strictObject({ user_id: z.string().optional() }).optional(),
    service_tier: z.enum(["auto", "standard_only"]).optional(),
  })
  .refine(
    ({ thinking: it, max_tokens }) => it?.type !== "enabled" || it.budget_tokens < max_tokens,
    "max_tokens must be greater than thinking.budget_tokens",
  )
  .refine(
    (it) => !thinks(it) || (it.temperature ?? it.top_k) === undefined,
    "temperature and top_k do not go with thinking",
  )
  .refine(
    (it) => !thinks(it) || !/^(any|tool)$/.test(it.tool_choice?.type ?? ""),
    "Thinking may not be enabled when tool_choice forces tool use",
  )
  .refine(
    (it) => it.thinking?.type !== "enabled" || it.messages.every(beginsWithThought),
    "Expected `thinking`, but found `tool_use`",
  )
  .refine(
    ({ temperature, top_p }) => temperature === undefined || top_p === undefined,
    "`temperature` and `top_p` cannot both be specified for this model",
  );
export type MessagesRequest = z.infer<typeof MessagesRequest>;

export function thinks({ thinking: it }: { thinking?: { type: string } | undefined }): boolean {
  return it !== undefined && it.type !== "disabled";
}

const blocksOf = ({ content }: Turn) => (typeof content === "string" ? [] : content);

function answersCalls(one: Turn, i: number, turns: Turn[]): boolean {
  const calls = blocksOf(one).flatMap((block) => (block.type === "tool_use" ? [block.id] : []));
  const next = turns[i + 1];
  const answers = next
    ? blocksOf(next).map((it) => it.type === "tool_result" && it.tool_use_id)
    : [];
  return calls.every((call, at) => answers[at] === call);
}

function beginsWithThought(one: Turn): boolean {
  const blocks = blocksOf(one);
  return !blocks.some(({ type }) => type === "tool_use") || blocks[0]?.type === "thinking";
}
