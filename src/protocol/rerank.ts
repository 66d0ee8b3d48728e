/**
 * @file Reranking as Jina, Cohere and vLLM ask for it (`documents`) and as Hugging Face's TEI does
 * (`texts`): a query and texts in, the texts' places by how well they answer it out.
 */
import { z } from "zod";

const maxDocuments = 2048;

/** No model reads more of one text. */
const Text = z.string().max(1_000_000);
const Document = z.union([Text, z.object({ text: Text }).transform(({ text }) => text)]);

export const RerankRequest = z
  .object({
    /** TEI's clients name none: a worker has one. */
    model: z.string().min(1).max(512).nullish(),
    query: Text.min(1),
    documents: z.array(Document).min(1).max(maxDocuments).nullish(),
    /** All of them unless it says less. */
    top_n: z.int().min(1).nullish(),
    return_documents: z.boolean().nullish(),
    /** Cohere's: a longer document loses its end. */
    max_tokens_per_doc: z.int().min(1).max(10_000_000).nullish(),
    /** vLLM's: tokens of query and document together; −1 is what the model reads. */
    truncate_prompt_tokens: z.int().min(-1).max(10_000_000).nullish(),

    /** TEI's name for `documents`; the answer is in TEI's shape then. */
    texts: z.array(Text).min(1).max(maxDocuments).nullish(),
    /** Logits, without the sigmoid that makes scores of them. */
    raw_scores: z.boolean().nullish(),
    return_text: z.boolean().nullish(),
    /** Shortens what is too long for the model, which is refused otherwise. */
    truncate: z.boolean().nullish(),
    truncation_direction: z.enum(["left", "right", "Left", "Right"]).nullish(),
  })
  .refine(({ documents, texts }) => (documents == null) !== (texts == null), {
    path: ["documents"],
    error: "Send documents, or texts, and one of them only.",
  })
  .refine(({ truncate_prompt_tokens: tokens }) => tokens !== 0, {
    path: ["truncate_prompt_tokens"],
    error: "must be −1 or at least 1.",
  });
export type RerankRequest = z.infer<typeof RerankRequest>;

export type RerankResults = {
  id: string;
  model: string;
  object: "list";
  usage: { prompt_tokens: number; total_tokens: number };
  /** Best first. */
  results: { index: number; relevance_score: number; document?: { text: string } }[];
};

/** TEI's whole answer, best first. */
export type TeiRanks = { index: number; score: number; text?: string }[];
