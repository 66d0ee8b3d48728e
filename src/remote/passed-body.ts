/** @file What a server that speaks the client's dialect is sent: all that the client sent, made ready. */
import { isMessagesPath, passedMessages } from "./anthropic/passed-messages.ts";
import { type Preparation, prepared } from "./prepared-speaker.ts";
import type { RemoteModel } from "./remote-model.ts";

/**
 * @param path As `passedPath` has it.
 * @throws {ApiError} as `prepared`.
 */
export async function passedBody(
  model: RemoteModel,
  path: string,
  asked: object,
  preparation: Preparation,
  signal: AbortSignal,
): Promise<{ model: string; stream?: unknown }> {
  if (isMessagesPath(path)) return passedMessages(model, path, asked);
  const generates = path === "/chat/completions" || path === "/completions";
  const body: object = generates ? await prepared(model.card, asked, preparation, signal) : asked;
  return { ...model.extraBody, ...body, model: model.upstreamModel };
}
