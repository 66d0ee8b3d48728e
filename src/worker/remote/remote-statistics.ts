/** @file What a worker in front of other servers has done: figures for Prometheus, and one log line a request. */
import type { Context, MiddlewareHandler } from "hono";
import type { OnComplete } from "../../dialects/whole-answer.ts";
import { createMetrics } from "../../http/metrics.ts";
import { type CountedRequest, countedModel, countRequests } from "../../http/request-metrics.ts";
import type { RemoteModels } from "./remote-models.ts";

export type RemoteStatistics = {
  /** Stands before the key: who is turned away is counted too. */
  count: MiddlewareHandler;
  /** Of answers that are translated: what passes as bytes is not read for its tokens. */
  recorder(c: Context): OnComplete;
  metricsText(): string;
};

export function remoteStatistics(
  models: RemoteModels,
  log: (line: string) => void,
): RemoteStatistics {
  const metrics = createMetrics();
  const busy = () => models.all().reduce((sum, { places }) => sum + places.busy, 0);
  metrics.gauge("fastchat_worker_slots_busy", "Requests on their way to other servers.", busy);
  metrics.gauge("fastchat_worker_models", "Models that can be asked.", () => models.all().length);
  const count = countRequests(metrics, {
    prefix: "fastchat_worker",
    known: () => models.all().map(({ remote: { card } }) => card),
    onAnswered: (request) => log(describe(request)),
  });
  const tokens = (name: string, whose: string) => {
    const help = `${whose} tokens, as other servers told them with translated answers.`;
    const counter = metrics.counter(`fastchat_worker_${name}_tokens_total`, help);
    metrics.beforeText(() => {
      for (const { remote } of models.all()) counter.add(0, { model: remote.card.id });
    });
    return counter;
  };
  const prompt = tokens("prompt", "Prompt");
  const completion = tokens("completion", "Answers'");
  return {
    count,
    recorder: (c) => (timings) => {
      const labels = { model: countedModel(c) };
      for (const { forked, promptTokens, completionTokens } of timings) {
        if (!forked) prompt.add(promptTokens, labels);
        completion.add(completionTokens, labels);
      }
    },
    metricsText: () => metrics.metricsText(),
  };
}

function describe({ id, model, path, status, ms, firstMs }: CountedRequest): string {
  const first = firstMs === null ? "" : `, first byte after ${firstMs.toFixed(1)} ms`;
  return `${id} ${model} ${path} ${status} in ${ms.toFixed(1)} ms${first}`;
}
