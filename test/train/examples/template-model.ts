/** @file A vocabulary for each chat template of the fixtures: its real control tokens, its kind of tokenizer. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChatFormat, Render } from "../../../src/chat/chat-format.ts";
import { templateFormat } from "../../../src/chat/chat-template.ts";
import { trainByteLevelBpe } from "../../../src/fresh/byte-level-bpe.ts";
import { corpus } from "../../../src/fresh/corpus.ts";
import type { Family } from "../../../src/fresh/families.ts";
import { trainSentencePiece } from "../../../src/fresh/sentence-piece.ts";
import { writeTinyModel } from "../../../src/fresh/tiny-model.ts";
import type { Token, TokenType } from "../../../src/fresh/vocabulary.ts";
import { Model } from "../../../src/llama/model.ts";
import type { Native } from "../../../src/llama/native.ts";
import type { Vocab } from "../../../src/llama/vocab.ts";
import { families, type TemplateFamily } from "../../chat/families.ts";

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

export function templateModel(native: Native, render: Render, family: TemplateFamily) {
  const folder = mkdtempSync(join(tmpdir(), "template-model-"));
  const path = join(folder, "model.gguf");
  writeTinyModel(path, { layers: 1, embeddingLength: 32, heads: 2, family: toFamily(family) });
  const model = new Model(native, path, { gpuLayers: 0, metadataOnly: true }, () => null);
  const { vocab } = model;
  const format = templateFormat({ ...family, render, controlTokens: vocab.controlTokens() });
  return {
    format,
    vocab,
    addsSpace: sentencePiece.includes(family.name),
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

function toFamily({ name, controlTokens, bosToken, eosToken, template }: TemplateFamily): Family {
  const controls = [...new Set([...controlTokens.map(({ text }) => text), eosToken])];
  const special = {
    eos: eosToken,
    ...(bosToken !== "" && { bos: bosToken }),
    addBos: bosToken !== "",
  };
  if (![...sentencePiece, ...spaceless].includes(name)) {
    const options = { pre: "llama-bpe", mergeCount: 300 } as const;
    const vocabulary = trainByteLevelBpe(corpus, {
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
    vocabulary: trainSentencePiece(corpus, { mergeCount: 300, first, last: [] }),
    special: { ...special, unk: "<unk>", addSpacePrefix: sentencePiece.includes(name) },
    chatTemplate: template,
  };
}

function typed(texts: readonly string[], type: TokenType): Token[] {
  return texts.map((text) => ({ text, type }));
}
