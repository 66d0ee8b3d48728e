/** @file Turns a sequence's tokens into text: whole characters only, and nothing past a stop string. */
import type { Piece } from "../llama/vocab.ts";
import { StopMatcher } from "./stop-matcher.ts";

export class TextStream {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #stops: StopMatcher;
  #midCharacter = false;
  #trimStart: boolean;

  /** @param trimStart Drops the space that SentencePiece puts before a text's first word. */
  constructor(stops: readonly string[], trimStart: boolean) {
    this.#stops = new StopMatcher(stops);
    this.#trimStart = trimStart;
  }

  /** The text that this token makes ready to send, and whether it completes a stop string. */
  push(piece: Piece): { text: string; stopped: boolean } {
    let text = this.#characters(piece);
    if (this.#trimStart && text !== "") {
      text = text.startsWith(" ") ? text.slice(1) : text;
      this.#trimStart = false;
    }
    return this.#stops.push(text);
  }

  /** What is left when no more tokens come; half a character becomes U+FFFD. */
  end(): string {
    const rest = this.#stops.push(this.#decoder.decode());
    return rest.stopped ? rest.text : rest.text + this.#stops.flush();
  }

  #characters({ bytes, text }: Piece): string {
    if (text !== null && !this.#midCharacter) return text;
    const decoded = this.#decoder.decode(bytes, { stream: true });
    // A character is split exactly while the bytes so far have not all come out as text.
    this.#midCharacter = text === null && !endsCharacter(bytes);
    return decoded;
  }
}

/** Whether the last byte completes a UTF-8 character (or could not belong to one). */
function endsCharacter(bytes: Uint8Array): boolean {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return true;
    if (byte >= 0xc0) return back >= (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2);
  }
  return false; // continuation bytes only: the lead came in an earlier token
}
