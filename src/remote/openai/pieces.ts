/** @file The JSON of an answer, in one piece or in many, whatever the server calls an end. */
import type { z } from "zod";
import { UpstreamError } from "../../errors/upstream-errors.ts";
import type { ServerSentEvent } from "../../http/sse.ts";
import { errorIn } from "../stream-error.ts";
import {
  askEvents,
  askJson,
  notJson,
  type Question,
  type UpstreamServer,
} from "../upstream-call.ts";

/**
 * @throws {ApiError} the server refused, failed, fell silent or made no sense; in the middle too.
 */
export async function* piecesOf<T extends z.ZodType>(
  server: UpstreamServer,
  question: Question,
  schema: T,
  isStream: boolean,
): AsyncGenerator<z.output<T>, void> {
  if (!isStream) return yield toPiece(server, await askJson(server, question), schema);
  yield* piecesIn(server, await askEvents(server, question), schema);
}

/** The same of events that have been asked for. */
export async function* piecesIn<T extends z.ZodType>(
  server: UpstreamServer,
  events: AsyncIterable<ServerSentEvent>,
  schema: T,
): AsyncGenerator<z.output<T>, void> {
  for await (const { data } of events) {
    if (data.trim() === "[DONE]") return;
    yield toPiece(server, parsed(server, data), schema);
  }
}

function parsed(server: UpstreamServer, data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw notJson(server);
  }
}

function toPiece<T extends z.ZodType>(server: UpstreamServer, json: unknown, schema: T) {
  const error = errorIn(server.model, json);
  if (error !== null) throw error;
  const piece = schema.safeParse(json);
  if (piece.success) return piece.data;
  throw new UpstreamError(server.model, "answered with something that is no answer");
}
