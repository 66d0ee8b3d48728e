/**
 * @file What Gemini says: chunks of an answer, written from the documented shapes and from the
 * examples beside them.
 *
 * Sources: https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse,
 * https://ai.google.dev/gemini-api/docs/{text-generation,function-calling,thinking,thought-signatures}
 */
import type { AskedPart, GenerateRequest } from "./gemini-shape.ts";

export type Chunk = Record<string, unknown>;
type Candidate = { parts?: object[]; finishReason?: string; [more: string]: unknown };

export const signature = "CqQBAVSoXO4abcDEF0123456789+/xyz==";
const usageMetadata = {
  promptTokenCount: 9,
  candidatesTokenCount: 2,
  totalTokenCount: 11,
  promptTokensDetails: [{ modality: "TEXT", tokenCount: 9 }],
};

function chunk(candidates: Candidate[], usage: object): Chunk {
  return {
    candidates: candidates.map(({ parts, ...more }, index) => ({
      ...(parts && { content: { parts, role: "model" } }),
      ...(index > 0 && { index }), // 0 is left out, as protobuf does
      ...more,
    })),
    usageMetadata: usage,
    modelVersion: "gemini-2.5-flash",
    responseId: "Q7zraO2nBc",
  };
}

/** The answer to a request: `Hello there`, unless the request wants something else. */
export function answerTo(request: GenerateRequest): Chunk[] {
  const { contents, tools, toolConfig, generationConfig = {} } = request;
  const last = contents.at(-1)?.parts ?? [];
  const asked = last.map(({ text }) => text ?? "").join("");
  const result = last.find(({ functionResponse }) => functionResponse)?.functionResponse;
  if (asked === "forbidden") return blocked;
  if (asked.startsWith("end:")) return ending(asked.slice("end:".length));
  const mode = toolConfig?.functionCallingConfig.mode;
  if (tools && mode !== "NONE" && result === undefined) return called(asked);
  const thought = generationConfig.thinkingConfig?.includeThoughts === true;
  return spoken(wordsFor(result, last, generationConfig), generationConfig, thought);
}

const blocked: Chunk[] = [
  {
    promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
    usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 },
    modelVersion: "gemini-2.5-flash",
  },
];

function ending(finishReason: string): Chunk[] {
  const finishMessage = `It was ${finishReason}.`;
  return [
    chunk([{ parts: [{ text: "Hel" }] }], { promptTokenCount: 9 }),
    chunk([{ finishReason, finishMessage }], usageMetadata),
  ];
}

const weather = (city: string, more: object = {}) => ({
  functionCall: { name: "weather", args: { city } },
  ...more,
});

/** Only the first of two calls is signed. */
function called(asked: string): Chunk[] {
  const calls = [weather("Oslo", { thoughtSignature: signature })];
  if (asked.includes("both")) calls.push(weather("Bergen"));
  return [chunk([{ parts: calls, finishReason: "STOP" }], usageMetadata)];
}

function wordsFor(
  result: AskedPart["functionResponse"],
  parts: AskedPart[],
  {
    stopSequences,
    responseMimeType,
    maxOutputTokens,
  }: NonNullable<GenerateRequest["generationConfig"]>,
): string[] {
  if (result !== undefined) return ["It is ", `${result.response.result}`];
  const picture = parts.find(({ inlineData }) => inlineData)?.inlineData;
  if (picture) return [`${picture.mimeType} of `, `${Buffer.from(picture.data, "base64").length}`];
  if (responseMimeType === "application/json") return ['{"greeting":', '"Hello"}'];
  if (maxOutputTokens === 1) return ["Hello"];
  const [first = "", second = ""] = ["Hello", " there"];
  return stopSequences?.some((stop) => second.includes(stop)) ? [first] : [first, second];
}

function spoken(
  words: string[],
  {
    candidateCount = 1,
    responseLogprobs,
    logprobs,
    maxOutputTokens,
  }: NonNullable<GenerateRequest["generationConfig"]>,
  isThinking: boolean,
): Chunk[] {
  const choices = [...new Array(candidateCount).keys()];
  const usage = isThinking
    ? { ...usageMetadata, thoughtsTokenCount: 5, cachedContentTokenCount: 3 }
    : usageMetadata;
  const likely = (word: string) =>
    responseLogprobs === true && { logprobsResult: likelihoods(word, logprobs ?? 0) };
  const thought = chunk([{ parts: [{ text: "Hm", thought: true }] }], { promptTokenCount: 9 });
  const said = words.map((text, i) =>
    chunk(
      choices.map(() => ({
        parts: [{ text }],
        ...likely(text),
        ...(i === words.length - 1 && {
          finishReason: maxOutputTokens === 1 ? "MAX_TOKENS" : "STOP",
        }),
      })),
      i === words.length - 1 ? usage : { promptTokenCount: 9, totalTokenCount: 9 },
    ),
  );
  return isThinking ? [thought, ...said] : said;
}

function likelihoods(token: string, tops: number) {
  const chosen = { token, tokenId: 9259, logProbability: -0.1 };
  const others = [chosen, { token: "Hi", tokenId: 2151, logProbability: -2.5 }];
  return {
    chosenCandidates: [chosen],
    ...(tops > 0 && { topCandidates: [{ candidates: others.slice(0, tops) }] }),
  };
}

/** All chunks in one, as `generateContent` answers. */
export function merged(chunks: Chunk[]): Chunk {
  const byIndex = new Map<number, { index?: number; content?: { parts: object[] } }>();
  for (const { candidates } of chunks as {
    candidates?: { index?: number; content?: { parts: object[] } }[];
  }[])
    for (const candidate of candidates ?? []) {
      const before = byIndex.get(candidate.index ?? 0);
      const parts = [...(before?.content?.parts ?? []), ...(candidate.content?.parts ?? [])];
      byIndex.set(candidate.index ?? 0, { ...before, ...candidate, content: { parts } });
    }
  return { ...chunks.at(-1), ...(byIndex.size > 0 && { candidates: [...byIndex.values()] }) };
}
