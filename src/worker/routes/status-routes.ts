/** @file What a worker says about itself: model, slots, metrics, version. */
import { Hono } from "hono";
import type { EngineInfo, SlotState } from "../../engine/messages.ts";
import { ModelNotFoundError, UnavailableError } from "../../errors/api-error.ts";
import { decoded } from "../../http/decoded.ts";
import { adapterIn, namesOf } from "../../protocol/adapter-names.ts";
import type { Model, ModelList } from "../../protocol/openai.ts";
import type { ServedModel as ModelCard } from "../../protocol/registry.ts";
import { version } from "../../protocol/version.ts";
import type { Statistics } from "../metrics/statistics.ts";
import type { Ready } from "../served-model.ts";

export function statusRoutes(ready: Ready, statistics: Statistics): Hono {
  return new Hono()
    .get("/version", (c) => c.json({ version: version() }))
    .get("/metrics", (c) => c.text(statistics.metricsText()))
    .get("/slots", (c) => {
      const { engine } = ready();
      if (c.req.query("fail_on_no_slot") && !engine.slots.some(({ busy }) => !busy))
        throw new UnavailableError("No slot is free.", "no_slot_available");
      return c.json(engine.slots.map((slot) => toSlot(slot, engine.info)));
    })
    .get("/v1/models", (c) => {
      const body: ModelList = { object: "list", data: toModels(ready().card) };
      return c.json(body);
    })
    .get("/v1/models/*", (c) => {
      const id = decoded(c.req.path.slice("/v1/models/".length));
      const models = toModels(ready().card);
      const found = models.find((model) => model.id === id);
      if (found === undefined)
        throw new ModelNotFoundError(
          id,
          models.map((model) => model.id),
        );
      return c.json(found);
    });
}

/** Our fields, then llama-server's. */
function toSlot({ prefixes, ...slot }: SlotState, { contextSize, speculation }: EngineInfo) {
  return {
    ...slot,
    n_ctx: contextSize,
    speculative: speculation === "on",
    is_processing: slot.busy,
    ...(slot.request !== null && { id_task: slot.request }),
    n_prompt_tokens: slot.promptTokens,
    n_prompt_tokens_cache: slot.cachedTokens,
    next_token: [{ has_next_token: slot.busy, n_decoded: slot.completionTokens }],
  };
}

function toModels(card: ModelCard): Model[] {
  return namesOf(card).map((id) => {
    const adapter = adapterIn(card, id) ?? null;
    return {
      id,
      object: "model",
      created: card.created,
      owned_by: "fastchat",
      parent: id === card.id ? null : card.id,
      ...(adapter !== null && { adapter }),
      context_length: card.context_size,
      capabilities: card.capabilities,
      ...(card.response_tag !== undefined && { response_tag: card.response_tag }),
    };
  });
}
