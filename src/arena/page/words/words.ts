/**
 * @file One dictionary for everything the page says. A language is a folder; English is complete by
 * definition, and its type makes every other language complete too.
 */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { english } from "./en/en.ts";

export type Words = typeof english;
export const languages = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof languages;

export const WordsContext = createContext<Words | null>(null);
export const LanguageContext = createContext<Language>("en");

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error("No dictionary is loaded.");
  return words;
}

/** German is a chunk of its own: who does not read it does not load it. */
export async function loadWords(language: Language): Promise<Words> {
  return language === "de"
    ? (await import("./de/de.ts")).german
    : (await import("./en/en.ts")).english;
}
