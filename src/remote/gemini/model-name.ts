/** @file What a model of Gemini's is called tells where it is asked, and how it is told to think. */

/** The path of a model behind the base: `gemini-2.5-flash`, `models/…` and `tunedModels/…` are known. */
export function resourcePath(name: string): string {
  const resource = resourceName(name);
  return `/${resource.split("/").map(encodeURIComponent).join("/")}`;
}

export function resourceName(name: string): string {
  return name.includes("/") ? name : `models/${name}`;
}

/**
 * Gemini 3 and later are told how much to think in words, and want back what they signed.
 * What has no number (`gemini-flash-latest`) is a late one.
 */
export function isSinceGemini3(name: string): boolean {
  const [, generation] = /gemini-(\d+)/.exec(name) ?? [];
  return generation === undefined ? /gemini-.*latest/.test(name) : Number(generation) >= 3;
}
