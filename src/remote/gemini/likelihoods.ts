/** @file How likely each token of Gemini's was. */
import type { TokenLogprobs, TokenProbability } from "../../protocol/answer.ts";
import type { Likely, LogprobsResult } from "./answer-shape.ts";

/** A token whose id nobody told. */
const unknownId = -1;

export function toTokenLogprobs(told: LogprobsResult | null | undefined): TokenLogprobs[] {
  return (told?.chosenCandidates ?? []).map((chosen, i) => ({
    ...toProbability(chosen),
    top: (told?.topCandidates?.[i]?.candidates ?? []).map(toProbability),
  }));
}

function toProbability({ token, tokenId, logProbability }: Likely): TokenProbability {
  return {
    id: tokenId ?? unknownId,
    token,
    bytes: [...Buffer.from(token)],
    logprob: logProbability,
  };
}
