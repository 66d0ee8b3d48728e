/** @file A vocabulary for each chat template of the fixtures: its real control tokens, its kind of tokenizer. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChatFormat, Render } from "../../../src/chat/chat-format.ts";
import { templateFormat } from "../../../src/chat/chat-template.ts";
import { trainByteLevelBpe } from "../../../src/fresh/byte-level-bpe.ts";
import { chatmlTemplate } from "../../../src/fresh/chat-templates.ts";
import { corpus } from "../../../src/fresh/corpus.ts";
import type { Family } from "../../../src/fresh/families.ts";
import { trainSentencePiece } from "../../../src/fresh/sentence-piece.ts";
import { writeTinyModel } from "../../../src/fresh/tiny-model.ts";
import type { Token, TokenType } from "../../../src/fresh/vocabulary.ts";
import { Model } from "../../../src/llama/model.ts";
import type { Native } from "../../../src/llama/native.ts";
import type { Vocab } from "../../../src/llama/vocab.ts";
import { families, type TemplateFamily } from "../../chat/families.ts";

const imTokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"].map((text) => ({ text }));
const im = { bosToken: "", eosToken: "<|im_end|>", controlTokens: imTokens, tools: false };

/** ChatML and nothing else. */
export const chatml: TemplateFamily = { ...im, name: "chatml", template: chatmlTemplate };

/** As SmolLM2 has it: ChatML with a system text of its own. */
export const smollm: TemplateFamily = {
  ...im,
  name: "smollm",
  template:
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
};

/** SentencePiece puts a space before each text, but for Gemma's. */
const sentencePiece = ["llama-2", "vicuna", "mistral-v7", "phi-3"];
const spaceless = ["gemma-2"];

export type TemplateModel = {
  format: ChatFormat;
  vocab: Vocab;
  /** Whether a space is put before each text. */
  addsSpace: boolean;
  free(): void;
};

/** A model with a fixture's template, its words learned from `text`. */
export function templateModel(
  native: Native,
  render: Render,
  family: TemplateFamily,
  text = corpus,
): TemplateModel {
  return tinyModelOf(native, render, family.name, toFamily(family, text));
}

export function tinyModelOf(
  native: Native,
  render: Render,
  name: string,
  family: Family,
): TemplateModel {
  const folder = mkdtempSync(join(tmpdir(), "template-model-"));
  const path = join(folder, `${name}.gguf`);
  writeTinyModel(path, { layers: 1, embeddingLength: 32, heads: 2, family });
  const model = new Model(native, path, { gpuLayers: 0, metadataOnly: true }, () => null);
  const { vocab } = model;
  const format = templateFormat({
    template: family.chatTemplate ?? "",
    render,
    bosToken: vocab.spelling(vocab.bos),
    eosToken: vocab.spelling(vocab.eos),
    controlTokens: vocab.controlTokens(),
  });
  return {
    format,
    vocab,
    addsSpace: family.special.addSpacePrefix ?? false,
    free() {
      model.free();
      rmSync(folder, { recursive: true });
    },
  };
}

export function familyNamed(name: string): TemplateFamily {
  const found = families.find((family) => family.name === name);
  if (found === undefined) throw new Error(`No template named ${name}.`);
  return found;
}

function toFamily(family: TemplateFamily, text: string): Family {
  const { name, controlTokens, bosToken, eosToken, template } = family;
  const controls = [...new Set([...controlTokens.map(({ text }) => text), eosToken])];
  const special = {
    eos: eosToken,
    ...(bosToken !== "" && { bos: bosToken }),
    addBos: bosToken !== "",
  };
  if (![...sentencePiece, ...spaceless].includes(name)) {
    const options = { pre: "llama-bpe", mergeCount: 300 } as const;
    const vocabulary = trainByteLevelBpe(text, {
      ...options,
      special: typed(controls, "control"),
    });
    return { vocabulary, special, chatTemplate: template };
  }
  const first = [
    ...typed(["<unk>"], "unknown"),
    ...typed(
      controls.filter((text) => text !== "<unk>"),
      "control",
    ),
  ];
  return {
    vocabulary: trainSentencePiece(text, { mergeCount: 300, first, last: [] }),
    special: { ...special, unk: "<unk>", addSpacePrefix: sentencePiece.includes(name) },
    chatTemplate: template,
  };
}

function typed(texts: readonly string[], type: TokenType): Token[] {
  return texts.map((text) => ({ text, type }));
}
