/** @file A piece of a path as its client meant it; one that is not encoded well is taken as it is. */

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
