/** @file How likely each token of Gemini's was. */
import {
  type TokenLogprobs,
  type TokenProbability,
  unknownTokenId,
} from "../../protocol/answer.ts";
import type { Likely, LogprobsResult } from "./answer-shape.ts";

export function toTokenLogprobs(told: LogprobsResult | null | undefined): TokenLogprobs[] {
  return (told?.chosenCandidates ?? []).map((chosen, i) => ({
    ...toProbability(chosen),
    top: (told?.topCandidates?.[i]?.candidates ?? []).map(toProbability),
  }));
}

function toProbability({ token, tokenId, logProbability }: Likely): TokenProbability {
  return {
    id: tokenId ?? unknownTokenId,
    token,
    bytes: [...Buffer.from(token)],
    logprob: logProbability,
  };
}
