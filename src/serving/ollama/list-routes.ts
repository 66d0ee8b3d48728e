/** @file What Ollama's clients ask about models without naming one: `/api/tags`, `/api/ps`, `/api/version`. */
import { Hono } from "hono";
import { ollamaVersion, toOllamaModel, toRunningModel } from "../../dialects/ollama/models.ts";
import { namesOf } from "../../protocol/adapter-names.ts";
import type { ServedModel } from "../../protocol/registry.ts";

/** @param served Cards of all models at this moment; one that several serve may come several times. */
export function ollamaListRoutes(served: () => readonly ServedModel[]): Hono {
  const each = () => [...new Map(served().map((card) => [card.id, card])).values()];
  return new Hono()
    .get("/api/version", (c) => c.json({ version: ollamaVersion }))
    .get("/api/tags", (c) => {
      const named = each().flatMap((card) => namesOf(card).map((name) => [card, name] as const));
      return c.json({ models: named.map(([card, name]) => toOllamaModel(card, name)) });
    })
    .get("/api/ps", (c) => c.json({ models: each().map(toRunningModel) }));
}
