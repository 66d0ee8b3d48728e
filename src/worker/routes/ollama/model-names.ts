/** @file A model's names as Ollama's clients write them. */
import { withoutLatest } from "../../../dialects/ollama/models.ts";
import type { ServedModel as ModelCard } from "../../../protocol/registry.ts";

type Named = { card: ModelCard; assertName(name: string): void };

/** @throws {ModelNotFoundError} the name is none of the model's, with `:latest` or without. */
export function assertOllamaName(model: Named, name: string): void {
  const { id, aliases } = model.card;
  model.assertName(withoutLatest(name, (known) => known === id || aliases.includes(known)));
}
