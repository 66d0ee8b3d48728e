/**
 * @file What each model family brings along: its tokenizer, its special tokens, its chat template.
 *
 * The special tokens are the real ones of each family, so that a tiny model is treated by llama.cpp
 * and by our own code as its big sisters are.
 */

import { type PreTokenizer, trainByteLevelBpe } from "./byte-level-bpe.ts";
import {
  chatmlTemplate,
  gemmaTemplate,
  llama3Template,
  mistralTemplate,
  phi3Template,
  qwen3Template,
  qwenTemplate,
} from "./chat-templates.ts";
import { corpus } from "./corpus.ts";
import { trainSentencePiece } from "./sentence-piece.ts";
import type { SpecialTokens, Token, TokenType, Vocabulary } from "./vocabulary.ts";
import { buildWordPiece } from "./word-piece.ts";

export type Family = {
  vocabulary: Vocabulary;
  special: SpecialTokens;
  chatTemplate?: string;
};

/** llama.cpp's names (`general.architecture`). */
export type Architecture =
  | ("llama" | "internlm2" | "smollm3" | "exaone" | "granite" | "olmo2" | "glm4" | "stablelm")
  | ("qwen2" | "qwen3" | "qwen3moe" | "gemma" | "gemma2" | "gemma3" | "phi2" | "phi3")
  | ("command-r" | "cohere2" | "starcoder2" | "gpt2" | "gptneox")
  | ("mamba" | "mamba2" | "granitehybrid" | "lfm2")
  | "bert";
export type VocabularyKind = "bpe" | "spm" | "wpm";

export function naturalVocabulary(architecture: Architecture): VocabularyKind {
  if (architecture === "bert") return "wpm";
  return isGemma(architecture) || architecture === "phi3" ? "spm" : "bpe";
}

function isGemma(architecture: Architecture): boolean {
  return architecture.startsWith("gemma");
}

/** The family of an architecture; with a vocabulary that is not its own, the nearest that has it. */
export function familyOf(architecture: Architecture, kind: VocabularyKind): Family {
  if (kind === "wpm") return bert();
  if (kind === "spm") return isGemma(architecture) ? gemma() : phi();
  if (architecture === "llama") return llama();
  return qwen(architecture.startsWith("qwen3") ? qwen3Template : qwenTemplate);
}

/** ChatML over a byte-level tokenizer that is learned from `texts`. */
export function chatmlFamily(
  texts: string | readonly string[],
  options: {
    mergeCount: number;
    /** How often a pair must occur to be joined; 1 joins to the last pair. */
    minFrequency?: number;
    pre?: PreTokenizer;
    /** Whether the template writes tools and calls. */
    tools?: boolean;
  },
): Family {
  const { tools = false, pre = "gpt-2", ...rest } = options;
  return {
    vocabulary: trainByteLevelBpe(texts, { ...rest, pre, special: chatmlTokens }),
    special: {
      bos: "<|endoftext|>",
      eos: "<|im_end|>",
      pad: "<|endoftext|>",
      addBos: false,
    },
    chatTemplate: tools ? qwenTemplate : chatmlTemplate,
  };
}

export const chatmlTokens = marked("control", "<|endoftext|>", "<|im_start|>", "<|im_end|>");

const mergeCount = 384;

function llama(): Family {
  const special = marked(
    "control",
    "<|begin_of_text|>",
    "<|end_of_text|>",
    "<|finetune_right_pad_id|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eom_id|>",
    "<|eot_id|>",
    "<|python_tag|>",
  );
  return {
    vocabulary: trainByteLevelBpe(corpus, {
      pre: "llama-bpe",
      mergeCount,
      special,
    }),
    special: {
      bos: "<|begin_of_text|>",
      eos: "<|eot_id|>",
      pad: "<|finetune_right_pad_id|>",
      addBos: true,
    },
    chatTemplate: llama3Template,
  };
}

/** Mistral's, whose architecture is Llama's. */
export function mistralFamily(): Family {
  const first = [...marked("unknown", "<unk>"), ...marked("control", "<s>", "</s>")];
  const last = marked("control", "[INST]", "[/INST]");
  return {
    vocabulary: trainSentencePiece(corpus, { mergeCount, first, last }),
    special: { bos: "<s>", eos: "</s>", unk: "<unk>", addBos: true, addSpacePrefix: true },
    chatTemplate: mistralTemplate,
  };
}

/** SmolLM's, whose architecture is Llama's, with the output matrix tied to the embedding. */
export function smollmFamily(): Family {
  return chatmlFamily(corpus, { mergeCount, pre: "smollm", minFrequency: 2 });
}

/** Qwen2.5-Coder's: Qwen's, with the marks of a text with a hole in it. */
export function qwenCoderFamily(): Family {
  return qwen(qwenTemplate, [
    ...marked("control", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>"),
    ...marked("control", "<|repo_name|>", "<|file_sep|>"),
  ]);
}

function qwen(chatTemplate: string, more: readonly Token[] = []): Family {
  const special = [
    ...marked("control", "<|endoftext|>", "<|im_start|>", "<|im_end|>"),
    ...marked("control", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>"),
    ...marked("special", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"),
    ...marked("special", "<think>", "</think>"),
    ...more,
  ];
  return {
    vocabulary: trainByteLevelBpe(corpus, {
      pre: "qwen2",
      mergeCount,
      special,
    }),
    special: {
      bos: "<|endoftext|>",
      eos: "<|im_end|>",
      pad: "<|endoftext|>",
      addBos: false,
    },
    chatTemplate,
  };
}

function gemma(): Family {
  const first = [
    ...marked("control", "<pad>", "<eos>", "<bos>"),
    ...marked("unknown", "<unk>"),
    ...marked("special", "<mask>", "\n", "\n\n", "\t"),
  ];
  const last = marked("control", "<start_of_turn>", "<end_of_turn>");
  return {
    vocabulary: trainSentencePiece(corpus, { mergeCount, first, last }),
    special: {
      bos: "<bos>",
      eos: "<eos>",
      eot: "<end_of_turn>",
      unk: "<unk>",
      pad: "<pad>",
      addBos: true,
      addSpacePrefix: false,
    },
    chatTemplate: gemmaTemplate,
  };
}

function phi(): Family {
  const first = [...marked("unknown", "<unk>"), ...marked("control", "<s>", "</s>")];
  const last = marked(
    "control",
    "<|endoftext|>",
    "<|assistant|>",
    "<|system|>",
    "<|end|>",
    "<|user|>",
  );
  return {
    vocabulary: trainSentencePiece(corpus, { mergeCount, first, last }),
    special: {
      bos: "<s>",
      eos: "<|endoftext|>",
      eot: "<|end|>",
      unk: "<unk>",
      pad: "<|endoftext|>",
      addBos: false,
      addSpacePrefix: true,
    },
    chatTemplate: phi3Template,
  };
}

function bert(): Family {
  const special = [
    ...marked("control", "[PAD]"),
    ...marked("unknown", "[UNK]"),
    ...marked("control", "[CLS]", "[SEP]", "[MASK]"),
  ];
  return {
    vocabulary: buildWordPiece(corpus, { special, wordCount: 400 }),
    special: {
      bos: "[CLS]",
      sep: "[SEP]",
      unk: "[UNK]",
      pad: "[PAD]",
      mask: "[MASK]",
      addBos: true,
    },
  };
}

function marked(type: TokenType, ...texts: string[]): Token[] {
  return texts.map((text) => ({ text, type }));
}
