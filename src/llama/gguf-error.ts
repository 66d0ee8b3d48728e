/** @file A model file that cannot be used: which file, which field, and why. */

import { UsageError } from "../errors/usage-error.ts";

/** The file is not a GGUF that llama.cpp could load; a person gave it, so it reads as a sentence. */
export class GgufError extends UsageError {
  override readonly name = "GgufError";
  readonly file: string;
  /** What is wrong: the `file` as a whole, its `header`, a metadata key, a tensor. */
  readonly field: string;
  /** The same as part of a sentence. */
  readonly fault: string;

  constructor(file: string, field: string, cause: string) {
    const fault = `${field === "file" ? "" : `${field}: `}${cause}`;
    super(`Cannot use the model file ${file}: ${fault}.`);
    this.file = file;
    this.field = field;
    this.fault = fault;
  }
}
