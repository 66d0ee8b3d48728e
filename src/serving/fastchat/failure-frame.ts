/** @file What went wrong as a frame of FastChat's, which is read where a status would not be. */
import type { Context } from "hono";
import { fastChatDialect } from "../../dialects/fastchat/dialect.ts";
import { toFailure } from "../../http/failure.ts";
import { clientSignal } from "../../http/node-exchange.ts";

/** @throws what failed, where the client has left: nobody is there to be told. */
export function failureFrame(c: Context, error: unknown): object {
  if (clientSignal(c).aborted) throw error;
  const { status, body } = toFailure(error);
  return fastChatDialect.toFailureBody(body, status, "");
}
