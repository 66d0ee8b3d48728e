/** @file The JSON of Gemini's answer, in one piece or in many. */

import { piecesIn, piecesOf } from "../openai/pieces.ts";
import { withQuery } from "../server-address.ts";
import { errorIn } from "../stream-error.ts";
import { askBytes, eventsIn, type Question, type UpstreamServer } from "../upstream-call.ts";
import { GenerateAnswer } from "./answer-shape.ts";

/** Of the end of a stream, which may be an error. */
const maxRestChars = 64 << 10;

/**
 * @param question Its path is the model's, without what it shall do.
 * @throws {ApiError} it refused, failed, fell silent or made no sense; in the middle too.
 */
export function geminiPieces(
  server: UpstreamServer,
  question: Question,
  isStream: boolean,
): AsyncGenerator<GenerateAnswer, void> {
  const path = `${question.path}:${isStream ? "streamGenerateContent" : "generateContent"}`;
  const asked = { ...question, path };
  if (!isStream) return piecesOf(server, asked, GenerateAnswer, false);
  const bytes = askBytes(withQuery(server, "alt=sse"), asked);
  return piecesIn(server, eventsIn(server, withBareErrors(server, bytes)), GenerateAnswer);
}

/** What fails in the middle of a stream is told as JSON that is no event, and would be passed over. */
async function* withBareErrors(
  server: UpstreamServer,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void> {
  let rest = "";
  for await (const some of bytes) {
    rest = (rest + some.toString("latin1")).slice(-maxRestChars);
    yield some;
  }
  const error = bareError(server, Buffer.from(rest, "latin1").toString("utf8"));
  if (error !== null) throw error;
}

function bareError({ model }: UpstreamServer, text: string): Error | null {
  const last =
    text
      .trim()
      .split(/\r?\n\r?\n/)
      .at(-1) ?? "";
  if (!/^[[{]/.test(last)) return null;
  try {
    return errorIn(model, JSON.parse(last));
  } catch {
    return null;
  }
}
