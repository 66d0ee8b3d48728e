/** @file Languages by their English names: `Chinese`, where the file says so, or `zh`, or nothing. */

/** Finds the language of a text; null where it cannot tell, as of two words of any. */
export type DetectLanguage = (text: string) => string | null;

/** Loads the detector: a table of 1.6 MB, which most files make needless. */
export async function loadDetector(): Promise<DetectLanguage> {
  const { eld } = await import("eld/small");
  return (text) => {
    const found = eld.detect(text);
    return found.isReliable() ? languageName(found.language) : null;
  };
}

let englishNames: Intl.DisplayNames | undefined;
const names = new Map<string, string | null>();

/** The name of a code, or the name itself; null where a file says that it does not know. */
export function languageName(written: string): string | null {
  let name = names.get(written);
  if (name === undefined) {
    name = nameOf(written);
    names.set(written, name);
  }
  return name;
}

const unknown = new Set(["", "unknown", "un", "und", "mul", "zxx", "none", "null"]);

function nameOf(written: string): string | null {
  if (unknown.has(written.toLowerCase())) return null;
  const [, language] = /^([a-z]{2,3})(?:[-_][\w-]+)?$/.exec(written) ?? [];
  if (!language) return written;
  englishNames ??= new Intl.DisplayNames("en", { type: "language" }); // 10 ms to make
  return englishNames.of(language) ?? written;
}
