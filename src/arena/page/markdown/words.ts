/** @file The few words that rendered Markdown adds of its own, in the reader's language. */
import { useContext } from "preact/hooks";
import { type Language, LanguageContext } from "../words/words.ts";

type MarkdownWords = Record<
  "copy" | "copied" | "notCopied" | "code" | "table" | "done" | "open",
  string
>;

const words: Record<Language, MarkdownWords> = {
  en: {
    copy: "Copy",
    copied: "Copied",
    notCopied: "Not copied",
    code: "Code",
    table: "Table",
    done: "Done",
    open: "Not done",
  },
  de: {
    copy: "Kopieren",
    copied: "Kopiert",
    notCopied: "Nicht kopiert",
    code: "Code",
    table: "Tabelle",
    done: "Erledigt",
    open: "Offen",
  },
};

export const useMarkdownWords = () => words[useContext(LanguageContext)];
