/** @file Fields of JSON that may be anything. */

/** What stands at the end of the keys; undefined where something on the way is no object. */
export function fieldAt(json: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    json,
  );
}

export function textAt(json: unknown, ...keys: string[]): string | undefined {
  const value = fieldAt(json, ...keys);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A whole number above 0. */
export function sizeAt(json: unknown, ...keys: string[]): number | undefined {
  const value = fieldAt(json, ...keys);
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
}

export function listAt(json: unknown, ...keys: string[]): unknown[] {
  const value = fieldAt(json, ...keys);
  return Array.isArray(value) ? value : [];
}
