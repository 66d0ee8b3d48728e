/**
 * @file `/v1/rerank` and its other names: a query and documents in, the documents' order out, in the
 * shape of Jina and Cohere or in TEI's.
 */
import { randomUUID } from "node:crypto";
import { type Context, Hono } from "hono";
import { readJson } from "../../http/json.ts";
import { clientSignal } from "../../http/node-exchange.ts";
import { RerankRequest, type RerankResults, type TeiRanks } from "../../protocol/rerank.ts";
import { assertAble } from "../../serving/capability.ts";
import type { Ready, ServedModel } from "../served-model.ts";
import { fieldOf, rerankInputs, textsOf } from "./rerank-inputs.ts";

const paths = ["/v1/rerank", "/rerank", "/v2/rerank", "/v1/reranking", "/reranking"];

type Rank = { index: number; score: number; text: string };

export function rerankRoutes(ready: Ready): Hono {
  const app = new Hono();
  for (const path of paths) app.post(path, (c) => rerank(c, ready()));
  return app;
}

async function rerank(c: Context, served: ServedModel): Promise<Response> {
  const request = await readJson(c, RerankRequest);
  const model = request.model ?? served.card.id;
  served.assertName(model);
  assertAble(served, "rerank");
  const signal = clientSignal(c);
  const { set } = served.adapters.choose(model, null);
  const pairs = await rerankInputs(request, served, signal);
  const rows = await served.engine.rank(pairs, set, signal, fieldOf(request));
  const ranks = toRanks(request, rows, served.description.architecture);
  if (request.texts != null) return c.json(toTei(request, ranks));
  const tokens = pairs.reduce((sum, { length }) => sum + length, 0);
  const body: RerankResults = {
    id: `rerank-${randomUUID().replaceAll("-", "")}`,
    model,
    object: "list",
    usage: { prompt_tokens: tokens, total_tokens: tokens },
    results: ranks.map(({ index, score, text }) => ({
      index,
      relevance_score: score,
      ...(request.return_documents && { document: { text } }),
    })),
  };
  return c.json(body);
}

/** Best first; documents of one score stay in their order. */
function toRanks(request: RerankRequest, rows: Float32Array[], architecture: string): Rank[] {
  const texts = textsOf(request);
  const ranks = rows.map((row, index) => {
    const logit = toLogit(row, architecture);
    const score = request.raw_scores ? logit : 1 / (1 + Math.exp(-logit));
    return { index, score, text: texts[index] ?? "" };
  });
  return ranks.sort((a, b) => b.score - a.score).slice(0, request.top_n ?? ranks.length);
}

/** Qwen 3's graph ends in a softmax over yes and no, every other model's in one logit. */
function toLogit([first = 0, second = 0]: Float32Array, architecture: string): number {
  if (!architecture.startsWith("qwen3")) return first;
  return Math.log(Math.max(first, 1e-12)) - Math.log(Math.max(second, 1e-12));
}

function toTei(request: RerankRequest, ranks: Rank[]): TeiRanks {
  return ranks.map(({ index, score, text }) => ({
    index,
    score,
    ...(request.return_text && { text }),
  }));
}
