/** @file A call's arguments as an object, for the dialects that do not send them as text. */

/** What a model did not finish, or did not write as an object, is empty. */
export function toArguments(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? { ...value } : {};
  } catch {
    return {};
  }
}
