/** @file Puts the pieces of a reader together, as a client does. */
import type { OutputPiece, OutputReader } from "../../../src/chat/output/output-format.ts";

export type ReadAnswer = {
  content: string;
  reasoning: string;
  calls: { name: string; arguments: string; id?: string }[];
};

/** @param texts the answer in the parts in which it comes. */
export function readAnswer(reader: OutputReader, texts: readonly string[]): ReadAnswer {
  const pieces = [...texts.flatMap((text) => reader.push(text)), ...reader.end()];
  checkPlaces(pieces, texts.join(""));
  return gathered(pieces);
}

function gathered(pieces: readonly OutputPiece[]): ReadAnswer {
  const answer: ReadAnswer = { content: "", reasoning: "", calls: [] };
  for (const piece of pieces) {
    if (piece.kind !== "call") answer[piece.kind] += piece.text;
    else if (piece.name !== undefined) {
      const { name, id } = piece;
      if (answer.calls.length !== piece.index)
        throw new Error(`call ${piece.index} comes too early`);
      answer.calls.push({ name, arguments: piece.arguments, ...(id !== undefined && { id }) });
    } else {
      const call = answer.calls[piece.index];
      if (call === undefined) throw new Error(`call ${piece.index} has no name`);
      call.arguments += piece.arguments;
    }
  }
  return answer;
}

/** Each piece of text stands where it says, behind the one before. */
function checkPlaces(pieces: readonly OutputPiece[], whole: string): void {
  let end = 0;
  for (const piece of pieces) {
    if (piece.kind === "call") continue;
    const found = whole.slice(piece.at, piece.at + piece.text.length);
    if (found !== piece.text || piece.at < end)
      throw new Error(`'${piece.text}' does not stand at ${piece.at}, where '${found}' is`);
    end = piece.at + piece.text.length;
  }
}
