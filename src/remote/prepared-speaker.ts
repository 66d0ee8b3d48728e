/**
 * @file What is done to every request before a server behind a worker is asked: settings that it
 * leaves open are filled in, and pictures are looked at.
 */
import { inlinedPictures, type PictureFetcher } from "../dialects/inlined-pictures.ts";
import { assertReadsPictures } from "../dialects/pictures.ts";
import { picturesOf } from "../protocol/picture-parts.ts";
import type { ServedModel } from "../protocol/registry.ts";
import type { Served } from "../protocol/speaker.ts";
import { kindOf } from "./server-kinds.ts";

/** For requests that say nothing of them. */
export type RequestDefaults = { temperature?: number; top_p?: number; max_tokens?: number };

export type Preparation = {
  defaults: RequestDefaults;
  /** For models that see: who fetches what is not in the request itself. */
  fetchPicture: PictureFetcher;
};

/** To fetch the pictures of a request whose tokens are counted. */
const countingMs = 30_000;

/** The same model, asked so. */
export function preparedSpeaker(served: Served, preparation: Preparation): Served {
  return {
    ...served,
    chat: async (request, signal) =>
      served.chat(await prepared(served.card, request, preparation, () => signal), signal),
    countTokens: async (request) => {
      const waiting = () => AbortSignal.timeout(countingMs);
      return served.countTokens(await prepared(served.card, request, preparation, waiting));
    },
    complete: (request, prompts, signal) =>
      served.complete(withDefaults(request, preparation.defaults), prompts, signal),
  };
}

/**
 * @param body   A request in OpenAI's words; what is not known here stays as it is.
 * @param signal Asked for when there are pictures: most requests have none.
 * @throws {UnsupportedCapabilityError} there is a picture, and the model reads text alone.
 * @throws {InvalidRequestError} a picture is none, or may not be fetched.
 */
export async function prepared<T extends object>(
  card: ServedModel,
  body: T,
  { defaults, fetchPicture }: Preparation,
  signal: () => AbortSignal,
): Promise<T> {
  const asked = withDefaults(body, defaults, limitName(card, body));
  if (picturesOf(body).length === 0) return asked;
  assertReadsPictures(card, body);
  return inlinedPictures(asked, fetchPicture, signal());
}

/** What the server calls the limit of an answer in a chat. */
function limitName({ upstream }: ServedModel, body: object) {
  return "messages" in body ? kindOf(upstream?.kind).maxTokens : "max_tokens";
}

function withDefaults<T extends object>(
  body: T,
  { max_tokens, ...sampling }: RequestDefaults,
  limit: "max_tokens" | "max_completion_tokens" = "max_tokens",
): T {
  const given = body as { max_completion_tokens?: unknown; max_tokens?: unknown };
  const isLimited = given.max_completion_tokens != null || given.max_tokens != null;
  const defaults = { ...sampling, ...(!isLimited && { [limit]: max_tokens }) };
  const missing = Object.entries(defaults).filter(
    ([name, value]) => value !== undefined && (body as Record<string, unknown>)[name] == null,
  );
  return missing.length === 0 ? body : { ...body, ...Object.fromEntries(missing) };
}
