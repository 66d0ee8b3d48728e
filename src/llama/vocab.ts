/**
 * @file A model's vocabulary: text to tokens by segment, tokens back to bytes.
 *
 * Safe to use in one thread while another decodes: llama.cpp never changes a loaded vocabulary.
 */
import type { PromptSegment } from "../chat/chat-format.ts";
import type { ChatTemplate } from "../chat/chat-template.ts";
import type { ControlToken } from "../chat/control-tokens.ts";
import { InvalidRequestError } from "../errors/request-errors.ts";
import type { Native } from "./native.ts";
import type { Pointer } from "./structs.ts";

/** What a token stands for: its bytes, and its text when they are whole UTF-8 characters. */
export type Piece = { bytes: Uint8Array; text: string | null };

/** Marks of a text with a hole in it, for models that fill one; null where a mark is not known. */
export type FimTokens = {
  prefix: number;
  suffix: number;
  middle: number;
  /** Opens the name of a repository. */
  repository: number | null;
  /** Opens a file, and its name, that stands before the one with the hole. */
  file: number | null;
};

/** Bits of llama.h's `llama_token_attr`. */
const attribute = { unknown: 1, control: 8, byte: 32, stripsLeft: 128, stripsRight: 256 };

export class Vocab {
  readonly size: number;
  readonly bos: number;
  readonly eos: number;
  readonly pad: number;
  /** Whether prompts begin with the BOS token unless their template writes it itself. */
  readonly addsBos: boolean;
  /** What stands between two texts that are read as a pair, and after them; −1 where nothing does. */
  readonly pairMarks: { sep: number; eos: number };
  /** Null for models that cannot fill a hole. */
  readonly fim: FimTokens | null;
  readonly #native: Native;
  readonly #vocab: Pointer;
  readonly #pieces: (Piece | undefined)[] = [];
  /** The same with control tokens spelt out. */
  readonly #spelt: (Piece | undefined)[] = [];
  #ends: number[] | undefined;
  #scanned: ReturnType<typeof scan> | undefined;
  readonly #buffer = new Uint8Array(4096);

  constructor(native: Native, model: Pointer) {
    const { llama } = native;
    this.#native = native;
    this.#vocab = llama.llama_model_get_vocab(model);
    this.size = llama.llama_vocab_n_tokens(this.#vocab);
    this.bos = llama.llama_vocab_bos(this.#vocab);
    this.eos = llama.llama_vocab_eos(this.#vocab);
    this.pad = llama.llama_vocab_pad(this.#vocab);
    this.addsBos = llama.llama_vocab_get_add_bos(this.#vocab);
    this.pairMarks = readPairMarks(native, this.#vocab);
    this.fim = readFimTokens(native, this.#vocab);
  }

  get pointer(): Pointer {
    return this.#vocab;
  }

  /**
   * Tokenises plain text; nothing in it becomes a control token.
   *
   * @param whole Adds what the model wants around a whole text: BOS, EOS, [CLS], [SEP].
   */
  tokenize(text: string, whole = true): number[] {
    return [...this.encode(text, whole, false)];
  }

  /**
   * Tokenises text that must stay text. SentencePiece merges by spelling, so `</` and `s>` could
   * still become the control token `</s>`: it is spelt in bytes instead.
   *
   * @throws {InvalidRequestError} the vocabulary has no bytes to spell it in.
   */
  tokenizeText(text: string): Int32Array {
    const tokens = this.encode(text, false, false);
    const { controls, bytes } = this.#marked();
    if (!tokens.some((token) => controls.has(token))) return tokens;
    const spelt = Array.from(tokens).flatMap((token) => {
      const control = controls.get(token);
      if (control === undefined) return [token];
      return Array.from(Buffer.from(control.text), (byte) => bytes.get(byte) ?? -1);
    });
    if (spelt.includes(-1))
      throw new InvalidRequestError("A message spells one of the model's control tokens.");
    return Int32Array.from(spelt);
  }

  /**
   * llama.cpp's own tokenising.
   *
   * @param addSpecial Adds what the model wants around a whole text, even where it is there already.
   * @param parseSpecial Lets control tokens be spelt in the text.
   */
  encode(text: string, addSpecial: boolean, parseSpecial: boolean): Int32Array {
    const bytes = new TextEncoder().encode(text);
    let tokens = new Int32Array(bytes.length + 2);
    const run = () =>
      this.#native.llama.llama_tokenize(
        this.#vocab,
        bytes,
        bytes.length,
        tokens,
        tokens.length,
        addSpecial,
        parseSpecial,
      );
    let count = run();
    if (count < 0) {
      tokens = new Int32Array(-count);
      count = run();
    }
    return tokens.subarray(0, count);
  }

  /**
   * @param param The request's field that holds the ids, for the error.
   * @throws {InvalidRequestError} an id is not in the vocabulary.
   */
  checked(tokens: readonly number[], param: string | null = null): Int32Array {
    const wrong = tokens.find((token) => token >= this.size);
    if (wrong === undefined) return Int32Array.from(tokens);
    throw new InvalidRequestError(
      `Token ${wrong} is not in the model's vocabulary of ${this.size}.`,
      param,
    );
  }

  /**
   * Tokenises a prompt segment by segment, BOS first where the model wants one and the prompt does
   * not begin with it.
   *
   * @returns (tokens,) ids.
   */
  tokenizeSegments(segments: readonly PromptSegment[]): Int32Array {
    const parts = segments
      .filter(({ text }) => text !== "")
      .map(({ text, special }) =>
        special ? this.encode(text, false, true) : this.tokenizeText(text),
      );
    if (this.addsBos && parts[0]?.[0] !== this.bos) parts.unshift(Int32Array.of(this.bos));
    const tokens = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      tokens.set(part, at);
      at += part.length;
    }
    return tokens;
  }

  /** The token's bytes; control tokens stand for nothing unless `special` asks for their names. */
  piece(token: number, special = false): Piece {
    const known = special ? this.#spelt : this.#pieces;
    known[token] ??= this.#readPiece(token, special);
    return known[token] as Piece;
  }

  /** Text of the tokens, control tokens left out. */
  detokenize(tokens: Iterable<number>, special = false): string {
    const decoder = new TextDecoder();
    let text = "";
    for (const token of tokens)
      text += decoder.decode(this.piece(token, special).bytes, {
        stream: true,
      });
    return text + decoder.decode();
  }

  /** Whether the token ends a turn or the whole text. */
  isEndOfGeneration(token: number): boolean {
    return this.#native.llama.llama_vocab_is_eog(this.#vocab, token);
  }

  /** Every token that ends a turn; scanned once, since the vocabulary is large. */
  endTokens(): number[] {
    this.#ends ??= Array.from({ length: this.size }, (_, token) => token).filter((token) =>
      this.isEndOfGeneration(token),
    );
    return this.#ends;
  }

  /** Every token that text becomes only in a `special` segment. */
  controlTokens(): ControlToken[] {
    return [...this.#marked().controls.values()];
  }

  /** The control tokens with these spellings; other spellings are plain text here. */
  controlTokensSpelt(spellings: readonly string[]): number[] {
    const wanted = new Set(spellings);
    const controls = [...this.#marked().controls];
    return controls.filter(([, { text }]) => wanted.has(text)).map(([id]) => id);
  }

  controlTokenIds(): number[] {
    return [...this.#marked().controls.keys()];
  }

  /** What a chat template has to know of the vocabulary. */
  templateTokens(): Pick<ChatTemplate, "bosToken" | "eosToken" | "controlTokens"> {
    return {
      bosToken: this.spelling(this.bos),
      eosToken: this.spelling(this.eos),
      controlTokens: this.controlTokens(),
    };
  }

  /** The spelling of a control token, as a template writes it; empty when the model has none. */
  spelling(token: number): string {
    return token < 0 ? "" : this.#native.llama.llama_vocab_get_text(this.#vocab, token);
  }

  /** Control tokens by id, and the tokens that stand for single bytes; scanned once. */
  #marked(): { controls: Map<number, ControlToken>; bytes: Map<number, number> } {
    this.#scanned ??= scan(
      this.size,
      (token) => this.#attributes(token),
      (token) => this.spelling(token),
    );
    return this.#scanned;
  }

  #attributes(token: number): number {
    return this.#native.llama.llama_vocab_get_attr(this.#vocab, token);
  }

  #readPiece(token: number, special: boolean): Piece {
    const { llama } = this.#native;
    const length = this.#buffer.length;
    const count = llama.llama_token_to_piece(this.#vocab, token, this.#buffer, length, 0, special);
    const bytes = this.#buffer.slice(0, Math.max(0, count));
    return { bytes, text: wholeText(bytes) };
  }
}

function readPairMarks({ llama }: Native, vocab: Pointer): Vocab["pairMarks"] {
  const sep = llama.llama_vocab_sep(vocab);
  const eos = llama.llama_vocab_eos(vocab);
  return {
    sep: llama.llama_vocab_get_add_sep(vocab) ? sep : -1,
    eos: llama.llama_vocab_get_add_eos(vocab) ? (eos < 0 ? sep : eos) : -1,
  };
}

function readFimTokens({ llama }: Native, vocab: Pointer): FimTokens | null {
  const [prefix, suffix, middle] = [
    llama.llama_vocab_fim_pre(vocab),
    llama.llama_vocab_fim_suf(vocab),
    llama.llama_vocab_fim_mid(vocab),
  ];
  if (prefix < 0 || suffix < 0 || middle < 0) return null;
  const known = (token: number) => (token < 0 ? null : token);
  return {
    prefix,
    suffix,
    middle,
    repository: known(llama.llama_vocab_fim_rep(vocab)),
    file: known(llama.llama_vocab_fim_sep(vocab)),
  };
}

function scan(
  size: number,
  attributesOf: (token: number) => number,
  spellingOf: (token: number) => string,
) {
  const controls = new Map<number, ControlToken>();
  const bytes = new Map<number, number>();
  for (let token = 0; token < size; token++) {
    const attributes = attributesOf(token);
    if (attributes & attribute.byte) bytes.set(Number(spellingOf(token).slice(1, -1)), token);
    if ((attributes & (attribute.unknown | attribute.control)) === 0) continue;
    controls.set(token, {
      text: spellingOf(token),
      stripsLeft: (attributes & attribute.stripsLeft) !== 0,
      stripsRight: (attributes & attribute.stripsRight) !== 0,
    });
  }
  return { controls, bytes };
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function wholeText(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null; // the token holds part of a character
  }
}
