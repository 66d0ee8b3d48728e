/**
 * @file What a server says of a model on routes that are not OpenAI's: Ollama's `/api/show`,
 * llama-server's `/props` and `/slots`. Its folders, and what others are asking it, stay untold.
 *
 * Sources: docs/api.md of Ollama; tools/server/README.md of llama.cpp.
 */
import { z } from "zod";
import { UpstreamError } from "../errors/upstream-errors.ts";
import type { RemoteModel } from "./remote-model.ts";
import { located, withQuery } from "./server-address.ts";
import { type DescriptionPath, kindOf } from "./server-kinds.ts";
import { askJson } from "./upstream-call.ts";

/** Whether the server has the route. */
export function describes({ card }: RemoteModel, path: DescriptionPath): boolean {
  return kindOf(card.upstream?.kind).describes?.includes(path) ?? false;
}

const Shown = z.looseObject({ modelfile: z.unknown().optional() });

/** Ollama's `modelfile` names files by their places. */
export async function shownBy(model: RemoteModel, signal: AbortSignal): Promise<object> {
  const body = { model: model.upstreamModel };
  const shown = await ask(model, "/api/show", Shown, signal, body);
  return { ...shown, modelfile: "" };
}

const Props = z.looseObject({ model_path: z.string().optional() });

export async function propsOf(model: RemoteModel, signal: AbortSignal): Promise<object> {
  const { model_path: path, ...props } = await ask(model, "/props", Props, signal);
  const file = path?.split(/[\\/]/).at(-1);
  return { ...props, model_alias: model.card.id, ...(file !== undefined && { model_path: file }) };
}

const Slots = z.array(z.looseObject({ params: z.looseObject({}).optional() }));
/** What a client of somebody else's wrote, and what it is told: in a slot and in its `params`. */
const others = new Set([
  ...["prompt", "generated", "grammar", "grammar_triggers", "preserved_tokens"],
  ...["stop", "logit_bias", "generation_prompt"],
]);

/** @param failsIfBusy It is an error that no slot is free. */
export async function slotsOf(
  model: RemoteModel,
  failsIfBusy: boolean,
  signal: AbortSignal,
): Promise<object[]> {
  const server = failsIfBusy ? withQuery(model.server, "fail_on_no_slot=1") : model.server;
  const slots = await ask({ ...model, server }, "/slots", Slots, signal);
  return slots.map(({ params, ...slot }) => ({
    ...untold(slot),
    ...(params !== undefined && { params: untold(params) }),
  }));
}

const untold = (slot: object) =>
  Object.fromEntries(Object.entries(slot).filter(([name]) => !others.has(name)));

/** @param body None: a GET, which names the model in its query. */
async function ask<T extends z.ZodType>(
  { card, server, upstreamModel }: RemoteModel,
  path: DescriptionPath,
  schema: T,
  signal: AbortSignal,
  body?: object,
): Promise<z.output<T>> {
  const named =
    body === undefined ? withQuery(server, `model=${encodeURIComponent(upstreamModel)}`) : server;
  const [place, own] = located(named, `/${path}`);
  const question = { path: own, signal, ...(body !== undefined && { body }) };
  const answer = schema.safeParse(await askJson(place, question));
  if (answer.success) return answer.data;
  throw new UpstreamError(card.id, `answered ${path} with something else`);
}
