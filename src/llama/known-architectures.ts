/**
 * @file The architectures (`general.architecture`) that llama.cpp may know, and what each is for.
 *
 * The library has no list to ask for: supported-architectures.ts asks it about each of these.
 *
 * Source: LLM_ARCH_NAMES in src/llama-arch.cpp of llama.cpp v0.5.0, less `clip`, which stands for
 * the picture part of other models.
 */
import { UsageError } from "../errors/usage-error.ts";

export type ArchitectureUse = keyof typeof names;
export type Architecture = { name: string; use: ArchitectureUse };

const names = {
  chat: `
    llama llama4 deci falcon grok gpt2 gptj gptneox mpt baichuan starcoder refact bloom stablelm
    qwen qwen2 qwen2moe qwen2vl qwen3 qwen3moe qwen3next qwen3vl qwen3vlmoe qwen35 qwen35moe
    qwen4exp phi2 phi3 phimoe plamo plamo2 plamo3 codeshell orion internlm2 minicpm minicpm3
    gemma gemma2 gemma3 gemma3n gemma4 starcoder2 mamba mamba2 maple jamba falcon-h1 xverse
    command-r cohere2 cohere2moe dbrx olmo olmo2 olmoe muse-glimmer openelm arctic deepseek
    deepseek2 deepseek2-ocr deepseek32 deepseek4 chatglm glm4 glm4moe glm-dsa bitnet jais jais2
    nemotron nemotron_h nemotron_h_moe exaone exaone4 exaone-moe rwkv6 rwkv6qwen2 rwkv7 arwkv7
    granite granitemoe granitehybrid graniteswitch granite_swa chameleon plm bailingmoe
    bailingmoe2 bailingmoe3 dots1 dots3note arcee afmoe laguna ernie4_5 ernie4_5-moe hunyuan-moe
    hunyuan-dense hunyuan_vl hy_v3 hy_v4 smollm3 gpt-oss lfm2 lfm2moe smallthinker seed_oss
    grovemoe apertus minimax-01 hrm_text minimax-m2 minimax-m3 cogvlm pangu-embedded mistral3
    mistral4 paddleocr mimo2 step35 spark2_5 maincoder kimi-linear kimi-k3 talkie mellum
    nanbeige`,
  embedding: `
    bert modern-bert nomic-bert nomic-bert-moe neo-bert jina-bert-v2 jina-bert-v3 eurobert
    t5encoder gemma-embedding llama-embed`,
  diffusion: `dream llada llada-moe rnd1`,
  encoder_decoder: `t5`,
  /** They draft for one larger model, and need its inner state. */
  draft: `eagle3 dflash gemma4-assistant`,
  speech: `wavtokenizer-dec qwen3tts pockettts`,
};

/** Why models of an architecture are not served, though llama.cpp loads them; undefined: they are. */
export const unservedReasons: { [use in ArchitectureUse]?: string } = {
  diffusion: "they write all at once (diffusion)",
  encoder_decoder: "they read and write apart (encoder-decoder)",
  draft: "they only draft for a larger model",
  speech: "they speak",
};

export const knownArchitectures: readonly Architecture[] = Object.entries(names).flatMap(
  ([use, list]) =>
    list
      .trim()
      .split(/\s+/)
      .map((name) => ({ name, use: use as ArchitectureUse })),
);

/** @throws {UsageError} models of this architecture are not served. */
export function assertServed(path: string, architecture: string): void {
  const use = knownArchitectures.find(({ name }) => name === architecture)?.use;
  const reason = use && unservedReasons[use];
  if (reason === undefined) return;
  throw new UsageError(
    `${path} cannot be served: FastChat has no use for ${architecture} models, since ${reason}.`,
  );
}
