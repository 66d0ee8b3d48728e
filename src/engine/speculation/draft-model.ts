/** @file Loads the model that drafts, and makes sure that it speaks the other's vocabulary. */
import { UsageError } from "../../errors/usage-error.ts";
import { Context, type ContextOptions } from "../../llama/context.ts";
import { Model, type ModelOptions } from "../../llama/model.ts";
import type { Native } from "../../llama/native.ts";
import { isStretched } from "../../llama/rope.ts";
import { Sampler, samplingDefaults } from "../../llama/sampler.ts";
import type { Vocab } from "../../llama/vocab.ts";
import { ModelDrafter } from "./model-drafter.ts";

export type DraftModelOptions = {
  path: string;
  model: ModelOptions;
  /** Its context, the same as the other's. */
  context: ContextOptions;
  now: () => number;
};

/** Vocabularies of one family are padded to different lengths; llama.cpp allows as much. */
const mostDifferent = 128;
/** Tokens whose spelling is compared, from all over the vocabulary. */
const compared = 1024;

/**
 * @param vocab Of the model that the drafts are for.
 * @throws {UsageError} the file cannot be loaded, or its drafts would mean something else there.
 */
export function loadDraftModel(
  native: Native,
  vocab: Vocab,
  options: DraftModelOptions,
  lastError: () => string | null,
): { drafter: ModelDrafter; free: () => void } {
  const model = new Model(native, options.path, options.model, lastError);
  if (!model.generates || !model.rewindable)
    throw new UsageError(`${options.path} cannot draft: it takes back no token that was refused.`);
  assertAlike(options.path, vocab, model.vocab);
  const context = new Context(native, model, options.context, lastError);
  context.warmUp();
  const greedy = { ...samplingDefaults, temperature: 0, seed: 0 };
  const sampler = new Sampler(native, model.vocab, greedy, context.contextSize);
  const drafter = new ModelDrafter({
    context,
    vocab: model.vocab,
    likeliest: (row) => sampler.sample(context, row),
    slots: options.context.sequences,
    batchSize: options.context.batchSize,
    knownTokens: Math.min(vocab.size, model.vocab.size),
    longest: reachOf(model, options.context),
    now: options.now,
  });
  const free = () => {
    sampler.free();
    context.free();
    model.free();
  };
  return { drafter, free };
}

/** Learned positions end with the trained length, and llama.cpp with the process that goes beyond. */
function reachOf({ trainedContext }: Model, { rope = {} }: ContextOptions): number {
  return isStretched(rope) ? Infinity : trainedContext || Infinity;
}

function assertAlike(path: string, vocab: Vocab, other: Vocab): void {
  const refuse = (difference: string) =>
    new UsageError(
      `${path} cannot draft for this model: ${difference}; take a smaller model of the same family.`,
    );
  if (Math.abs(vocab.size - other.size) > mostDifferent)
    throw refuse(`it knows ${other.size} tokens, not ${vocab.size}`);
  if (vocab.bos !== other.bos || vocab.eos !== other.eos)
    throw refuse("its texts begin or end with other tokens");
  const known = Math.min(vocab.size, other.size);
  const step = Math.max(1, Math.floor(known / compared));
  for (let token = 0; token < known; token += step)
    if (!Buffer.from(vocab.piece(token).bytes).equals(other.piece(token).bytes))
      throw refuse(`token ${token} is another text`);
}
