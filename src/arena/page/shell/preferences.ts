/** @file What this browser remembers of its reader: colours and language. */
import { type Language, languages } from "../words/words.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export function savedTheme(): Theme {
  return themes.find((theme) => theme === read("theme")) ?? "system";
}

export function applyTheme(theme: Theme): void {
  write("theme", theme);
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function savedLanguage(): Language {
  const wanted = read("language") ?? navigator.language.slice(0, 2);
  return wanted in languages ? (wanted as Language) : "en";
}

export function applyLanguage(language: Language): void {
  write("language", language);
  document.documentElement.lang = language;
}

/** A browser may forbid storage: then nothing is remembered. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(`arena.${key}`);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(`arena.${key}`, value);
  } catch {
    // As above.
  }
}
