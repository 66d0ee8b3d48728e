/**
 * @file OpenAI's Responses API as we read and write it. Unknown fields are dropped; what would
 * change the answer and is not served here is refused by name.
 */
import { z } from "zod";
import { EffectlessFields, reasoningEfforts } from "./openai.ts";
import { unknownKind } from "./unknown-kind.ts";

const id = z.string().max(256);
const name = z.string().min(1).max(256);
const status = z.enum(["in_progress", "completed", "incomplete"]).nullish();

const TextPart = z.object({
  type: z.enum(["input_text", "output_text", "text", "summary_text", "reasoning_text"]),
  text: z.string(),
});
const RefusalPart = z.object({ type: z.literal("refusal"), refusal: z.string() });
const PicturePart = z.object({
  type: z.literal("input_image"),
  image_url: z.string("Files are not stored here: send the picture as image_url.").min(1),
  detail: z.string().max(32).nullish(),
});
const textOnly = z.discriminatedUnion(
  "type",
  [TextPart, RefusalPart],
  unknownKind((type) => `Content of type '${type}' cannot be read: here there may be text alone.`),
);
const Content = z.union([z.string(), z.array(textOnly).max(2048)]);
const textOrPicture = z.discriminatedUnion(
  "type",
  [TextPart, RefusalPart, PicturePart],
  unknownKind(
    (type) => `Content of type '${type}' cannot be read: send input_text or input_image.`,
  ),
);
const MessageContent = z.union([z.string(), z.array(textOrPicture).max(2048)]);
export type ItemContent = z.infer<typeof MessageContent>;

const InputMessage = z
  .object({
    type: z.literal("message"),
    id: id.nullish(),
    role: z.enum(["user", "assistant", "system", "developer"]),
    content: MessageContent,
    status,
  })
  .refine(({ role, content }) => role === "user" || !hasPicture(content), {
    path: ["content"],
    error: "Only a user's message may have pictures.",
  });
const FunctionCall = z.object({
  type: z.literal("function_call"),
  id: id.nullish(),
  call_id: id.min(1),
  name,
  arguments: z.string(),
  status,
});
const FunctionCallOutput = z.object({
  type: z.literal("function_call_output"),
  id: id.nullish(),
  call_id: id.min(1),
  output: Content,
  status,
});
const ReasoningItem = z.object({
  type: z.literal("reasoning"),
  id: id.nullish(),
  summary: z.array(TextPart).max(2048).nullish(),
  content: z.array(TextPart).max(2048).nullish(),
  encrypted_content: z.string().nullish(),
  status,
});

function hasPicture(content: ItemContent): boolean {
  return typeof content !== "string" && content.some(({ type }) => type === "input_image");
}

/** A message may leave its type out. */
const InputItem = z.preprocess(
  (item) =>
    typeof item === "object" && item !== null && "role" in item && !("type" in item)
      ? { ...item, type: "message" }
      : item,
  z.discriminatedUnion(
    "type",
    [InputMessage, FunctionCall, FunctionCallOutput, ReasoningItem],
    unknownKind(
      (type) =>
        `An item of type '${type}' cannot be read: send messages, functions' calls and outputs.`,
    ),
  ),
);
export type InputItem = z.infer<typeof InputItem>;

const ResponsesTool = z.discriminatedUnion(
  "type",
  [
    z.object({
      type: z.literal("function"),
      name,
      description: z.string().nullish(),
      parameters: z.record(z.string(), z.unknown()).nullish(),
      strict: z.boolean().nullish(),
    }),
  ],
  unknownKind(
    (type) => `The tool '${type}' is not served here: only functions of your own can be called.`,
  ),
);
export type ResponsesTool = z.infer<typeof ResponsesTool>;

const NamedFunction = z.object({ type: z.literal("function"), name });
const ResponsesToolChoice = z.union([
  z.enum(["none", "auto", "required"]),
  z.discriminatedUnion(
    "type",
    [
      NamedFunction,
      z.object({
        type: z.literal("allowed_tools"),
        mode: z.enum(["auto", "required"]),
        tools: z.array(NamedFunction).min(1).max(128),
      }),
    ],
    unknownKind((type) => `The tool '${type}' is not served here: only functions can be chosen.`),
  ),
]);
export type ResponsesToolChoice = z.infer<typeof ResponsesToolChoice>;

export const TextFormat = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("json_object") }),
  z.object({
    type: z.literal("json_schema"),
    name: z.string().max(64).nullish(),
    description: z.string().nullish(),
    schema: z.record(z.string(), z.unknown()),
    strict: z.boolean().nullish(),
  }),
]);

const Effort = z.enum(reasoningEfforts);

export const ResponsesRequest = z.object({
  model: z.string().min(1).max(512),
  input: z
    // More than a chat request has messages: calls are items of their own, and the oldest may go.
    .union([z.string(), z.array(InputItem).max(16_384)])
    .nullish()
    .transform((input) => input ?? []),
  instructions: z.string().nullish(),
  previous_response_id: id.nullish(),
  stream: z.boolean().nullish(),
  store: z.boolean().nullish(),
  tools: z.array(ResponsesTool).max(128).nullish(),
  tool_choice: ResponsesToolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  max_output_tokens: z.int().min(1).max(10_000_000).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  include: z.array(z.string().max(64)).max(32).nullish(),
  text: z.object({ format: TextFormat.nullish(), verbosity: EffectlessFields.verbosity }).nullish(),
  reasoning: z
    .object({ effort: Effort.nullish(), summary: z.string().max(32).nullish() })
    .nullish(),
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  truncation: z.enum(["auto", "disabled"]).nullish(),
  user: EffectlessFields.user,
  safety_identifier: EffectlessFields.safety_identifier,
  prompt_cache_key: EffectlessFields.prompt_cache_key,
  service_tier: EffectlessFields.service_tier,
  background: z
    .literal(false, "This server answers at once: it keeps no response for the background.")
    .nullish(),
  conversation: z
    .null("Conversations are not stored here: send previous_response_id, or all items.")
    .optional(),
  prompt: z.null("Prompts are not stored here: send the text as instructions.").optional(),
});
export type ResponsesRequest = z.infer<typeof ResponsesRequest>;

/** Ids of stored responses tell which worker holds them: `resp_TAG_…`. */
export function responseTagOf(responseId: string): string | undefined {
  return /^resp_([0-9a-z]{1,32})_/.exec(responseId)?.[1];
}

/** How `GET /v1/responses/{id}/input_items` is asked. */
export const ItemsQuery = z.object({
  after: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z.enum(["asc", "desc"]).default("desc"),
});
export type ItemsQuery = z.infer<typeof ItemsQuery>;
