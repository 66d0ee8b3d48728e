/** @file OpenAI's `/v1/responses`: a response out, whole or as events, and remembered for the next. */
import { type Context, Hono } from "hono";
import { remembered, withIds } from "../../dialects/responses/stored-items.ts";
import {
  responsesNames,
  toChatRequest,
  toItems,
} from "../../dialects/responses/to-chat-request.ts";
import {
  type ResponseOptions,
  responseEvents,
  toResponse,
} from "../../dialects/responses/to-response.ts";
import { PreviousResponseNotFoundError } from "../../errors/resource-errors.ts";
import { toFailure } from "../../http/failure.ts";
import { checked, readJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import { streamMessages } from "../../http/sse.ts";
import { ChatRequest } from "../../protocol/openai.ts";
import { type InputItem, ResponsesRequest } from "../../protocol/responses.ts";
import type { Speaker } from "../../protocol/speaker.ts";
import { assertAble } from "../capability.ts";
import type { Models } from "../models.ts";
import type { Recorder } from "../recorder.ts";
import type { ResponseStore } from "./response-store.ts";
import { fittingItems } from "./truncation.ts";

export function responsesRoutes(
  models: Models<Speaker>,
  recorder: Recorder,
  store: ResponseStore,
): Hono {
  return new Hono()
    .post("/v1/responses", async (c) => {
      const { model, request, items } = await readRequest(c, models, store);
      const read =
        request.truncation === "auto" ? await fittingItems(model, request, items) : items;
      const asked = checked(ChatRequest, toChatRequest(request, read), responsesNames);
      const answer = await model.chat(asked, clientSignal(c));
      const options: ResponseOptions = {
        id: store.newId(),
        onComplete: recorder.recorder(c),
        onResponse: (response) => {
          if (response.store) store.put({ response, input: read });
        },
        toFailure: (error) => {
          if (clientSignal(c).aborted) throw error; // nobody is there to be told
          return toFailure(error).body;
        },
      };
      return request.stream
        ? streamMessages(c, responseEvents(request, answer, options))
        : c.json(await toResponse(request, answer, options));
    })
    .post("/v1/responses/input_tokens", async (c) => {
      const { model, request, items } = await readRequest(c, models, store);
      const asked = checked(ChatRequest, toChatRequest(request, items), responsesNames);
      const input_tokens = await model.countTokens(asked);
      return c.json({ object: "response.input_tokens", input_tokens });
    });
}

/** The request, the model it names, and all items that its response follows. */
async function readRequest(
  c: Context,
  models: Models<Speaker>,
  store: ResponseStore,
): Promise<{ model: Speaker; request: ResponsesRequest; items: InputItem[] }> {
  const request = await readJson(c, ResponsesRequest);
  const model = models.named(request.model);
  assertAble(model, "chat");
  const items = [...followed(store, request.previous_response_id), ...withIds(toItems(request))];
  return { model, request, items };
}

/** @throws {PreviousResponseNotFoundError} the response to follow is not remembered. */
function followed(store: ResponseStore, id: string | null | undefined): InputItem[] {
  if (id == null) return [];
  const previous = store.get(id);
  if (previous === undefined) throw new PreviousResponseNotFoundError(id);
  return remembered(previous.input, previous.response.output);
}
