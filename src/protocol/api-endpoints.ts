/**
 * @file FastChat's file of models behind other people's APIs (`--register-api-endpoint-file`): by
 * the name they are shown under, with every key that FastChat reads.
 */
import { z } from "zod";

const text = z.string().min(1).max(4096);

/** FastChat takes an empty one for none. */
const textOrNone = z
  .string()
  .max(4096)
  .nullish()
  .transform((given) => given || null);

export const ApiEndpoint = z.looseObject(
  {
    /** What the model is called there. */
    model_name: text,
    api_type: text,
    api_base: textOrNone,
    /** Null: the provider's usual environment variable. */
    api_key: textOrNone,
    /** FastChat asks for it; ours to say is models.yaml's arena section. */
    anony_only: z.boolean().nullish(),
    recommended_config: z
      .looseObject({
        temperature: z.number().min(0).max(2).nullish(),
        top_p: z.number().min(0).max(1).nullish(),
        max_new_tokens: z.int().min(1).max(10_000_000).nullish(),
        extra_body: z.record(z.string(), z.unknown()).nullish(),
      })
      .nullish(),
    /** Whether FastChat keeps its own system prompt; ours adds none. */
    custom_system_prompt: z.boolean().nullish(),
    "text-arena": z.boolean().nullish(),
    /** It sees pictures. */
    "vision-arena": z.boolean().nullish(),
    assistant_id: text.nullish(),
    folder_id: text.nullish(),
    fixed_temperature: z.unknown().optional(),
    client_name: text.nullish(),
  },
  { error: "must be an object" },
);
export type ApiEndpoint = z.infer<typeof ApiEndpoint>;

/** Each entry is read by itself: one that is wrong spoils no other. */
export const ApiEndpoints = z.record(z.string().min(1).max(512), z.unknown(), {
  error: "must be an object with an entry for each model",
});
