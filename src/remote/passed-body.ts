/** @file What a server that speaks the client's dialect is sent: all that the client sent, made ready. */
import { assertNothingToCall, assertNothingToLookUp } from "../dialects/looked-up.ts";
import { isMessagesPath, passedMessages } from "./anthropic/passed-messages.ts";
import { type Preparation, prepared } from "./prepared-speaker.ts";
import type { RemoteModel } from "./remote-model.ts";

/**
 * @param path As `passedPath` has it.
 * @param leaving Aborts when the client leaves.
 * @throws {InvalidRequestError} something that is no picture would be looked up or called by the server.
 * @throws {ApiError} as `prepared`.
 */
export async function passedBody(
  model: RemoteModel,
  path: string,
  asked: object,
  preparation: Preparation,
  leaving: () => AbortSignal,
): Promise<{ model: string; stream?: unknown }> {
  if (isMessagesPath(path)) return passedMessages(model, path, asked);
  assertNothingToLookUp(asked);
  assertNothingToCall(asked);
  const generates = path === "/chat/completions" || path === "/completions";
  const defaults = generates ? preparation.defaults : {};
  const body = await prepared(model.card, asked, { ...preparation, defaults }, leaving);
  return { ...body, ...model.extraBody, model: model.upstreamModel };
}
