/** @file What the page says in German: the explorer. */
import type { explore as english } from "../en/explore.ts";

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many);

export const explore: typeof english = {
  title: "Duelle durchsuchen",
  intro: "Duelle, deren Veröffentlichung zugestimmt wurde, die neuesten zuerst.",
  loading: "Die Duelle werden geladen",
  failed: "Die Duelle konnten nicht geladen werden",
  failedOne: "Das Duell konnte nicht geladen werden",
  empty: {
    title: "Noch keine Duelle",
    text: "Ein Duell erscheint hier, sobald darüber abgestimmt und seiner Veröffentlichung zugestimmt wurde.",
  },
  nothing: { title: "Kein Duell passt zu diesen Filtern", action: "Filter zurücksetzen" },
  filters: {
    label: "Filter",
    search: "Prompts durchsuchen",
    model: "Modell",
    rival: "Gegen",
    winner: "Ergebnis",
    category: "Kategorie",
    language: "Sprache",
    any: "Alle",
    clear: "Filter zurücksetzen",
  },
  winners: {
    model_a: "Links gewann",
    model_b: "Rechts gewann",
    tie: "Unentschieden",
    both_bad: "Beide schlecht",
  },
  wonBy: (model) => `${model} gewann`,
  tie: "Unentschieden",
  bothBad: "Beide waren schlecht",
  winner: "Sieger",
  against: "gegen",
  turns: (words, count) => `${words} ${plural(count, "Runde", "Runden")}`,
  list: "Duelle",
  more: "Mehr laden",
  moreLoading: "Mehr wird geladen",
  moreFailed: "Weitere Duelle konnten nicht geladen werden.",
  end: "Das sind alle.",
  back: "Alle Duelle",
  prompt: "Prompt",
  promptOf: (turn) => `Prompt ${turn}`,
  image: (at) => `Bild ${at} des Prompts`,
  answer: (model) => `Antwort von ${model}`,
  noAnswer: "Keine Antwort.",
  tags: {
    identity: "Nennt sein Modell",
    failed: "Eine Antwort scheiterte",
    duplicate_prompt: "Wiederholter Prompt",
    flagged: "Beanstandet",
  },
  missing: {
    title: "Dieses Duell gibt es nicht",
    text: "Vielleicht wurde seine Veröffentlichung zurückgenommen.",
  },
};
