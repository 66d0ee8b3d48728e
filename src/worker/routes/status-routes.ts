/** @file What a worker says about itself: model, slots, metrics, version. */
import { Hono } from "hono";
import type { EngineInfo, SlotState } from "../../engine/messages.ts";
import { UnavailableError } from "../../errors/worker-errors.ts";
import { version } from "../../protocol/version.ts";
import { modelListRoutes, toModels } from "../../serving/model-list-routes.ts";
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
    .route(
      "/",
      modelListRoutes(() => toModels(ready().card)),
    );
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
