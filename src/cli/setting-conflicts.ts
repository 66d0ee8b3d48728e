/**
 * @file Settings of one model that do nothing beside its others: which, and what to do about it.
 *
 * A setting counts as given where it is not at its default. Most are mistakes, and refused; what
 * does no harm is a remark.
 */
import { ModelConfig } from "../protocol/config.ts";

type Key = keyof ModelConfig;
/** A setting as the reader writes it: `--draft-max 8` or `draft_max: 8`. */
export type Spelling = (key: Key, value?: string | number) => string;

export type Conflict = {
  key: Key;
  /** What follows the setting's name in a sentence. */
  complaint: string;
  isHarmless: boolean;
};

type Rule = {
  keys: readonly Key[];
  /** Given the setting, whether it does nothing. */
  isIdle: (model: ModelConfig) => boolean;
  words: (spell: Spelling) => string;
  isHarmless?: true;
};

const rules: readonly Rule[] = [
  {
    keys: ["draft_max"],
    isIdle: (model) => model.speculative === "auto" && model.draft_model === null,
    words: (spell) =>
      `does nothing, since nothing drafts: add ${spell("draft_model", "FILE")} or ${spell("speculative", "ngram")}`,
  },
  {
    keys: ["prompt_cache_disk"],
    isIdle: (model) => model.prompt_cache_dir === null,
    words: (spell) =>
      `does nothing, since nothing is kept on disk: add ${spell("prompt_cache_dir", "FOLDER")}`,
  },
  {
    keys: ["rope_scale", "rope_freq_scale"],
    isIdle: (model) => model.rope_scaling === "none",
    words: (spell) => `goes with another scaling than ${spell("rope_scaling", "none")}`,
  },
  {
    keys: ["rope_freq_scale"],
    isIdle: (model) => model.rope_scale !== "auto",
    words: (spell) => `is 1 ÷ ${spell("rope_scale")}: give one of them`,
  },
  {
    keys: [
      "yarn_orig_ctx",
      "yarn_ext_factor",
      "yarn_attn_factor",
      "yarn_beta_slow",
      "yarn_beta_fast",
    ],
    isIdle: (model) => model.rope_scaling === "none" || model.rope_scaling === "linear",
    words: (spell) => `goes with ${spell("rope_scaling", "yarn")} alone`,
  },
  {
    keys: ["main_gpu"],
    isIdle: (model) => model.split_mode === "layer" || model.split_mode === "tensor",
    words: (spell) =>
      `goes with ${spell("split_mode", "none")} or ${spell("split_mode", "row")}; to use one GPU, name it in ${spell("devices")}`,
  },
  {
    keys: ["tensor_split"],
    isIdle: (model) => model.split_mode === "none" || gpuCount(model) === 1,
    words: (spell) => `is for a model on several GPUs: name them in ${spell("devices")}`,
  },
  {
    keys: ["cache_type_v", "kv_type"],
    isIdle: (model) => model.flash_attn === "off" && valueType(model).startsWith("q"),
    words: (spell) =>
      `may be quantised for the values with flash attention only: leave out ${spell("flash_attn", "off")}, or add ${spell("cache_type_v", "f16")}`,
  },
  {
    keys: ["conv_template"],
    isIdle: (model) => model.chat_template !== null,
    words: (spell) => `and ${spell("chat_template")} are two templates: a model has one`,
  },
  {
    keys: ["kv_type"],
    isIdle: (model) => model.cache_type_k !== "auto" && model.cache_type_v !== "auto",
    words: (spell) =>
      `does nothing beside ${spell("cache_type_k")} and ${spell("cache_type_v")}, which say both types`,
    isHarmless: true,
  },
  {
    keys: ["gpu_layers", "split_mode"],
    isIdle: (model) => model.gpu_layers !== 0 && gpuCount(model) === 0,
    words: (spell) =>
      `does nothing, since ${spell("gpu", "cpu")} or ${spell("devices", "none")} uses no GPU`,
    isHarmless: true,
  },
  {
    keys: ["limit_worker_concurrency"],
    isIdle: ({ limit_worker_concurrency: limit, slots }) => limit !== "auto" && limit < slots,
    words: (spell) => `is less than ${spell("slots")}: some slots will never be used`,
    isHarmless: true,
  },
];

/** GPUs that may be used; null: all there are. */
function gpuCount({ gpu, devices }: ModelConfig): number | null {
  if (gpu === "cpu" || devices[0] === "none") return 0;
  return devices.length > 0 ? devices.length : null;
}

const valueType = ({ cache_type_v: own, kv_type: both }: ModelConfig) =>
  own === "auto" ? both : own;

/** All of them, in the table's order. */
export function conflictsIn(model: ModelConfig, spell: Spelling): Conflict[] {
  return rules.flatMap(({ keys, isIdle, words, isHarmless = false }) =>
    keys
      .filter((key) => isGiven(model, key) && isIdle(model))
      .map((key) => ({ key, complaint: words(spell), isHarmless })),
  );
}

const defaults = ModelConfig.parse({ path: "-" });

function isGiven(model: ModelConfig, key: Key): boolean {
  return JSON.stringify(model[key]) !== JSON.stringify(defaults[key]);
}
