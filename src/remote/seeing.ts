/**
 * @file Pictures on their way to another server: it is sent those that the request brings, checked,
 * and those that we fetched for it; a model behind it that reads text alone is sent none.
 */
import { inlinedPictures, type PictureFetcher } from "../dialects/inlined-pictures.ts";
import { assertReadsPictures } from "../dialects/pictures.ts";
import type { ServedModel } from "../protocol/registry.ts";
import type { Served } from "../protocol/speaker.ts";

/** To fetch pictures only so as to count their tokens. */
const countingMs = 30_000;

/**
 * The request with its pictures in it.
 *
 * @param request A chat request, as it was sent or as it was read.
 * @throws {UnsupportedCapabilityError} there are some, and the model reads text alone.
 * @throws {InvalidRequestError} one is no picture, or may not be fetched.
 */
export async function shown<T extends { messages?: unknown }>(
  card: ServedModel,
  request: T,
  fetchPicture: PictureFetcher,
  signal: AbortSignal,
): Promise<T> {
  assertReadsPictures(card, request.messages);
  return inlinedPictures(request, fetchPicture, signal);
}

/** The same model, which is only sent what has been checked. */
export function seeing(model: Served, fetchPicture: PictureFetcher): Served {
  return {
    get card() {
      return model.card;
    },
    chat: async (request, signal) =>
      model.chat(await shown(model.card, request, fetchPicture, signal), signal),
    countTokens: async (request) => {
      const signal = AbortSignal.timeout(countingMs);
      return model.countTokens(await shown(model.card, request, fetchPicture, signal));
    },
    complete: (request, prompts, signal) => model.complete(request, prompts, signal),
    countTextTokens: (prompt) => model.countTextTokens(prompt),
    embed: (input, signal) => model.embed(input, signal),
  };
}
