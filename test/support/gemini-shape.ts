/**
 * @file What Google's API accepts, and nothing else: it refuses fields that it does not know.
 *
 * Sources: https://ai.google.dev/api/generate-content, https://ai.google.dev/api/caching (Content,
 * Part, Tool), https://ai.google.dev/api/tokens, https://ai.google.dev/api/embeddings
 */
import { z } from "zod";

const base64 = z.string().regex(/^[A-Za-z0-9+/_-]+={0,2}$/);
const Schema = z.union([z.record(z.string(), z.unknown()), z.boolean()]);

const PartFields = z.strictObject({
  text: z.string().optional(),
  thought: z.boolean().optional(),
  thoughtSignature: base64.optional(),
  inlineData: z.strictObject({ mimeType: z.string().min(1), data: base64 }).optional(),
  functionCall: z
    .strictObject({
      id: z.string().optional(),
      name: z.string().min(1),
      args: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  functionResponse: z
    .strictObject({
      id: z.string().optional(),
      name: z.string().min(1),
      response: z.record(z.string(), z.unknown()),
    })
    .optional(),
});
const data = ["text", "inlineData", "functionCall", "functionResponse"] as const;
const Part = PartFields.refine(
  (part) => data.filter((one) => part[one] !== undefined).length === 1,
  "A part is one of its kinds.",
);
export type AskedPart = z.infer<typeof Part>;

const Parts = z.array(Part).min(1);
const Content = z.strictObject({ role: z.enum(["user", "model"]), parts: Parts });

const prompt = {
  contents: z.array(Content).min(1),
  systemInstruction: z.strictObject({ role: z.string().optional(), parts: Parts }).optional(),
  tools: z
    .array(
      z.strictObject({
        functionDeclarations: z
          .array(
            z.strictObject({
              name: z.string().regex(/^[A-Za-z_][\w.:-]{0,127}$/),
              description: z.string(),
              parametersJsonSchema: Schema.optional(),
            }),
          )
          .min(1),
      }),
    )
    .optional(),
  toolConfig: z
    .strictObject({
      functionCallingConfig: z
        .strictObject({
          mode: z.enum(["AUTO", "ANY", "NONE"]),
          allowedFunctionNames: z.array(z.string()).min(1).optional(),
        })
        .refine(({ mode, allowedFunctionNames: names }) => mode === "ANY" || names === undefined),
    })
    .optional(),
};

const ThinkingConfig = z
  .strictObject({
    includeThoughts: z.boolean().optional(),
    thinkingBudget: z.int().min(-1).max(32_768).optional(),
    thinkingLevel: z.enum(["minimal", "low", "medium", "high"]).optional(),
  })
  .refine(({ thinkingBudget, thinkingLevel }) => !(thinkingBudget && thinkingLevel));

const GenerationConfig = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().optional(),
  topK: z.int().min(1).optional(),
  maxOutputTokens: z.int().min(1).optional(),
  stopSequences: z.array(z.string()).min(1).max(5).optional(),
  candidateCount: z.int().min(1).max(8).optional(),
  seed: z.int32().optional(),
  presencePenalty: z.number().optional(),
  frequencyPenalty: z.number().optional(),
  responseMimeType: z.enum(["text/plain", "application/json"]).optional(),
  responseJsonSchema: Schema.optional(),
  responseLogprobs: z.boolean().optional(),
  logprobs: z.int().min(1).max(20).optional(),
  thinkingConfig: ThinkingConfig.optional(),
  mediaResolution: z.string().optional(),
});

export const GenerateRequest = z.strictObject({
  ...prompt,
  generationConfig: GenerationConfig.optional(),
  safetySettings: z
    .array(
      z.strictObject({
        category: z.string().regex(/^HARM_CATEGORY_/),
        threshold: z.literal("BLOCK_NONE"),
      }),
    )
    .optional(),
});
export type GenerateRequest = z.infer<typeof GenerateRequest>;

const resource = z.string().regex(/^(models|tunedModels)\//);

export const CountRequest = z.strictObject({
  generateContentRequest: z.strictObject({ model: resource, ...prompt }),
});

export const EmbedRequest = z.strictObject({
  requests: z
    .array(
      z.strictObject({
        model: resource,
        content: z.strictObject({ parts: z.array(z.strictObject({ text: z.string() })) }),
        outputDimensionality: z.int().min(1).optional(),
      }),
    )
    .min(1)
    .max(100),
});
