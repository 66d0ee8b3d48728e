/** @file Whether a message may be sent at all: its size, its pictures, and how many there were. */
import type { Context } from "hono";
import { HourlyLimitError } from "../../errors/limit-errors.ts";
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { ConflictError } from "../../errors/resource-errors.ts";
import type { Client } from "../../http/client-address.ts";
import type { ArenaConfig } from "../../protocol/arena-config.ts";
import type { SessionRow } from "../../store/arena-chat.ts";
import type { HourlyCounter } from "../limits.ts";
import type { ArenaModels } from "../models.ts";
import type { Chats } from "./chats.ts";

export type AdmissionDesk = {
  config: ArenaConfig;
  chats: Chats;
  models: ArenaModels;
  clientOf(c: Context): Client;
};

/** Conversations of one session that may be answered at the same time. */
const maxAnswering = 4;

export function assertPrompt(
  { config }: AdmissionDesk,
  { text, images }: { text: string; images: string[] },
): void {
  const { prompt_chars, image_bytes } = config.limits;
  if (text.length > prompt_chars)
    throw new InvalidRequestError(
      `A message may have ${prompt_chars} characters; this one has ${text.length}.`,
      "text",
    );
  const largest = Math.max(0, ...images.map((url) => ((url.length - url.indexOf(",")) * 3) / 4));
  if (largest > image_bytes)
    throw new InvalidRequestError(`A picture may have ${image_bytes} bytes.`, "images");
}

export function assertQuota(
  desk: AdmissionDesk,
  c: Context,
  { voter }: SessionRow,
  counter: HourlyCounter,
): void {
  const { messages_per_session_hour: own, messages_per_address_hour: shared } = desk.config.limits;
  if (desk.chats.answering(voter) >= maxAnswering)
    throw new ConflictError(
      "Other conversations of yours are still being answered.",
      "too_many_answers",
    );
  if (!counter.take(`session ${voter}`, own)) throw new HourlyLimitError("messages", own);
  if (!counter.take(`address ${desk.clientOf(c).address}`, shared))
    throw new HourlyLimitError("messages", shared);
}

export function assertVision(
  { models }: AdmissionDesk,
  names: readonly string[],
  images: readonly string[],
): void {
  const blind = images.length > 0 ? names.find((name) => !models.canSee(name)) : undefined;
  if (blind === undefined) return;
  throw new InvalidRequestError(
    "A model of this conversation cannot see pictures.",
    "images",
    "no_vision",
  );
}
