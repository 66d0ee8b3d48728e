/** @file A model's names as Ollama's clients write them: with `:latest`, or without. */
import { withoutLatest } from "../../dialects/ollama/models.ts";
import type { Models } from "../models.ts";

/** @throws {ModelNotFoundError} the name is none of a model's, with `:latest` or without. */
export function ollamaModel<S>(models: Models<S>, name: string): S {
  return models.named(withoutLatest(name, (known) => models.has(known)));
}
