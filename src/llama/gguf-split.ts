/** @file Models split over several files, `NAME-00001-of-00003.gguf` and so on. */

import { GgufError } from "./gguf-error.ts";
import { type GgufMetadata, numberOf } from "./gguf-value.ts";

/** `-00002-of-00003.gguf` at the end of a file name. */
export const splitSuffix = /-(\d{5})-of-(\d{5})\.gguf$/i;

const maxParts = 999;

/**
 * The further parts of a split model whose first part is `path`; none for a whole one.
 *
 * @throws {GgufError} this is not the first part, or its name does not follow the pattern.
 */
export function otherParts(path: string, metadata: GgufMetadata): string[] {
  const count = numberOf(metadata, "split.count") ?? 0;
  if (count <= 1) return [];
  const number = (numberOf(metadata, "split.no") ?? 0) + 1;
  const first = path.replace(splitSuffix, `-00001-of-${fiveDigits(count)}.gguf`);
  if (number !== 1) {
    const cause = `it is part ${number} of ${count}: give the first part, ${first}`;
    throw new GgufError(path, "file", cause);
  }
  if (count > maxParts || first !== path || !splitSuffix.test(path)) {
    const cause = `part 1 of ${count} must be named like NAME-00001-of-${fiveDigits(count)}.gguf`;
    throw new GgufError(path, "file", cause);
  }
  return Array.from({ length: count - 1 }, (_, i) =>
    path.replace(splitSuffix, `-${fiveDigits(i + 2)}-of-${fiveDigits(count)}.gguf`),
  );
}

function fiveDigits(number: number): string {
  return String(number).padStart(5, "0");
}
