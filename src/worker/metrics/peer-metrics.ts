/**
 * @file The worker's figures under the names that llama-server's and vLLM's dashboards graph.
 *
 * A time is counted when its answer is complete; the engine's counts are of this moment.
 *
 * Source: tools/server/server-task.cpp of llama.cpp v0.5.0; vLLM's docs/usage/metrics.md.
 */
import type { Engine } from "../../engine/engine.ts";
import type { Gauge } from "../../engine/messages.ts";
import type { ServedModel } from "../served-model.ts";
import { type Timed, vllmHistograms } from "./vllm-histograms.ts";

export type PeerMetrics = {
  record(timings: readonly Timed[]): void;
  metricsText(): string;
};

type Figure = {
  name: string;
  help: string;
  type: "counter" | "gauge";
  /** One value for each reading of its labels. */
  values: { value: number; labels?: Record<string, string> }[];
};

/** Of all complete answers; ms and tokens. */
type Totals = { prefillMs: number; decodeMs: number; longest: number };

export function peerMetrics(served: () => ServedModel | null): PeerMetrics {
  const totals: Totals = { prefillMs: 0, decodeMs: 0, longest: 0 };
  const histograms = vllmHistograms(() => served()?.card.id ?? "");
  return {
    record: (timings) => {
      for (const choice of timings) {
        if (!choice.forked) totals.prefillMs += choice.prefillMs;
        totals.decodeMs += choice.decodeMs;
        const length = choice.promptTokens + choice.completionTokens;
        totals.longest = Math.max(totals.longest, length);
        histograms.observe(choice);
      }
    },
    metricsText: () => {
      const model = served();
      if (model === null) return "";
      const figures = [
        ...llamaServerFigures(model.engine, totals),
        ...vllmFigures(model.engine, model.card.id),
      ];
      return `${figures.map(toText).join("\n")}\n${histograms.metricsText()}`;
    },
  };
}

function llamaServerFigures(engine: Engine, { prefillMs, decodeMs, longest }: Totals): Figure[] {
  const read = engine.gauge("promptTokens");
  const written = engine.gauge("completionTokens");
  const figure = (name: string, type: Figure["type"], help: string, value: number): Figure => ({
    name: `llamacpp:${name}`,
    type,
    help,
    values: [{ value }],
  });
  return [
    figure("prompt_tokens_total", "counter", "Prompt tokens evaluated.", read),
    figure(
      "prompt_tokens_cached_total",
      "counter",
      "Prompt tokens found cached.",
      engine.gauge("cachedTokens"),
    ),
    figure("prompt_seconds_total", "counter", "Time spent on prompts.", prefillMs / 1000),
    figure("tokens_predicted_total", "counter", "Tokens generated.", written),
    figure("tokens_predicted_seconds_total", "counter", "Time of generation.", decodeMs / 1000),
    figure("n_decode_total", "counter", "Batches evaluated.", engine.gauge("steps")),
    figure("n_tokens_max", "counter", "Longest prompt and answer so far.", longest),
    figure("prompt_tokens_seconds", "gauge", "Prompt tokens a second.", perSecond(read, prefillMs)),
    figure(
      "predicted_tokens_seconds",
      "gauge",
      "Generated tokens a second.",
      perSecond(written, decodeMs),
    ),
    ...draftFigures(engine, figure),
    figure("requests_processing", "gauge", "Requests that run.", engine.gauge("busy")),
    figure("requests_deferred", "gauge", "Requests that wait.", engine.gauge("queued")),
  ];
}

function vllmFigures(engine: Engine, model: string): Figure[] {
  const labels = { model_name: model };
  const figure = (name: string, type: Figure["type"], help: string, value: number): Figure => ({
    name: `vllm:${name}`,
    type,
    help,
    values: [{ value, labels }],
  });
  const cached = engine.gauge("cachedTokens");
  const prompts = engine.gauge("promptTokens") + cached;
  const kvShare = engine.gauge("kvUsed") / Math.max(1, engine.info.contextSize);
  return [
    figure("num_requests_running", "gauge", "Requests that run.", engine.gauge("busy")),
    figure("num_requests_waiting", "gauge", "Requests that wait.", engine.gauge("queued")),
    figure("kv_cache_usage_perc", "gauge", "Used part of the KV cache; 1 is all.", kvShare),
    figure("prefix_cache_queries_total", "counter", "Prompt tokens looked up.", prompts),
    figure("prefix_cache_hits_total", "counter", "Prompt tokens found cached.", cached),
    figure("prompt_tokens_total", "counter", "Prompt tokens, cached ones too.", prompts),
    figure(
      "generation_tokens_total",
      "counter",
      "Tokens generated.",
      engine.gauge("completionTokens"),
    ),
    ...draftFigures(engine, figure),
    {
      name: "vllm:request_success_total",
      type: "counter",
      help: "Answers, by what ended them.",
      values: Object.entries(engine.finished).map(([reason, value]) => ({
        value,
        labels: { ...labels, finished_reason: reason },
      })),
    },
  ];
}

/** Named alike by both. */
function draftFigures(
  engine: Engine,
  figure: (name: string, type: "counter", help: string, value: number) => Figure,
): Figure[] {
  const count = (name: string, help: string, gauge: Gauge) =>
    figure(`spec_decode_num_${name}_total`, "counter", help, engine.gauge(gauge));
  return [
    count("drafts", "Drafts evaluated.", "drafts"),
    count("draft_tokens", "Tokens drafted.", "draftedTokens"),
    count("accepted_tokens", "Drafted tokens picked.", "acceptedTokens"),
  ];
}

function toText({ name, help, type, values }: Figure): string {
  const lines = values.map(({ value, labels }) => `${name}${labelText(labels)} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join("\n");
}

/** JSON escapes what Prometheus wants escaped, and nothing else that a model's name may hold. */
function labelText(labels: Record<string, string> = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function perSecond(tokens: number, ms: number): number {
  return ms > 0 ? (tokens / ms) * 1000 : 0;
}
