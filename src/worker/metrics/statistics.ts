/** @file What this worker has done: figures for Prometheus, and one log line an answer. */
import type { Context } from "hono";
import type { Engine } from "../../engine/engine.ts";
import { createMetrics } from "../../http/metrics.ts";
import { requestId } from "../../http/request-id.ts";
import type { ServedModel } from "../served-model.ts";
import { peerMetrics } from "./peer-metrics.ts";
import type { Timed } from "./vllm-histograms.ts";

export type Statistics = {
  /** To be called with an answer's timings once it is complete. */
  recorder(c: Context): (timings: readonly Timed[]) => void;
  metricsText(): string;
};

export function workerStatistics(
  served: () => ServedModel | null,
  log: ((line: string) => void) | undefined,
): Statistics {
  const metrics = createMetrics();
  /** Asked of the engine, and 0 until there is one. */
  const figure =
    (kind: "gauge" | "counter") =>
    (name: string, help: string, read: (engine: Engine) => number) => {
      const asked = () => {
        const model = served();
        return model === null ? 0 : read(model.engine);
      };
      metrics[kind](`fastchat_worker_${name}`, help, asked);
    };
  const [gauge, counter] = [figure("gauge"), figure("counter")];
  gauge("slots", "Requests that can run at once.", ({ slotCount }) => slotCount);
  gauge("slots_busy", "Slots with a running request.", (e) => e.gauge("busy"));
  gauge("requests_queued", "Requests that wait for a slot.", (e) => e.gauge("queued"));
  gauge("kv_cells", "Tokens that the KV cache holds.", ({ info }) => info.contextSize);
  gauge("kv_cells_used", "Tokens in the KV cache.", (e) => e.gauge("kvUsed"));
  gauge("tokens_per_second", "Recent speed, prefill and decode.", (e) =>
    e.gauge("tokensPerSecond"),
  );
  counter("steps_total", "Batches evaluated.", (e) => e.gauge("steps"));
  counter("prompt_tokens_total", "Prompt tokens evaluated.", (e) => e.gauge("promptTokens"));
  counter("cached_tokens_total", "Prompt tokens found cached.", (e) => e.gauge("cachedTokens"));
  counter("completion_tokens_total", "Tokens generated.", (e) => e.gauge("completionTokens"));
  counter("drafts_total", "Drafts evaluated.", (e) => e.gauge("drafts"));
  counter("draft_tokens_total", "Tokens drafted.", (e) => e.gauge("draftedTokens"));
  counter("accepted_tokens_total", "Drafted tokens picked.", (e) => e.gauge("acceptedTokens"));
  const ttft = metrics.histogram("fastchat_worker_ttft_seconds", "Request in to first token out.");
  const tpot = metrics.histogram("fastchat_worker_tpot_seconds", "Time per token after the first.");
  const peers = peerMetrics(served);
  return {
    recorder: (c) => (timings) => {
      peers.record(timings);
      for (const choice of timings) {
        ttft.observe((choice.queueMs + choice.prefillMs) / 1000);
        if (choice.completionTokens > 1) tpot.observe(tpotMs(choice) / 1000);
        log?.(`${requestId(c)} ${describe(choice)}`);
      }
    },
    metricsText: () => metrics.metricsText() + peers.metricsText(),
  };
}

function tpotMs({ decodeMs, completionTokens }: Timed): number {
  return decodeMs / (completionTokens - 1);
}

function describe(choice: Timed): string {
  const { promptTokens, cachedTokens, completionTokens, queueMs, prefillMs, decodeMs } = choice;
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  return `prompt ${promptTokens} (${cachedTokens} cached) in ${ms(prefillMs)}, answer ${completionTokens} in ${ms(decodeMs)}, queued ${ms(queueMs)}`;
}
