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

  /**
   * Takes a token: `added` is the text it makes ready, `text` what of that and of text held before
   * may be sent, `stop` the stop string it completes.
   */
  push(piece: Piece): { added: string; text: string; stop: string | null } {
    let added = this.#characters(piece);
    if (this.#trimStart && added !== "") {
      added = added.startsWith(" ") ? added.slice(1) : added;
      this.#trimStart = false;
    }
    return { added, ...this.#stops.push(added) };
  }

  /** The tokens so far end within a character. */
  get isMidCharacter(): boolean {
    return this.#midCharacter;
  }

  /** What is left when no more tokens come; half a character becomes U+FFFD, which is then `added`. */
  end(): { added: string; text: string } {
    const added = this.#decoder.decode();
    const { text, stop } = this.#stops.push(added);
    return { added, text: stop === null ? text + this.#stops.flush() : text };
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
