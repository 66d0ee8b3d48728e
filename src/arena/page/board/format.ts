/** @file Numbers and times as a reader of the page's language writes them. */
import { useContext, useMemo } from "preact/hooks";
import { type Language, LanguageContext } from "../words/words.ts";

const noBreakSpace = "\u00a0";

export type Format = {
  /** `12345.6` → `12 346`. */
  number(value: number, digits?: number): string;
  /** `+3`, `−3`, `0`. */
  signed(value: number, digits?: number): string;
  /** 0.52 → `52 %`; a share that is neither none nor all is never rounded to either. */
  percent(share: number, digits?: number): string;
  /** US dollars: `$0.25`. */
  price(dollars: number): string;
  /** `128k`, `1M`. */
  short(count: number): string;
  /** @param at Unix time, ms; the day is that of UTC. */
  day(at: number): string;
  /** Without the year. */
  shortDay(at: number): string;
  time(at: number): string;
};

export function useFormat(): Format {
  const language = useContext(LanguageContext);
  return useMemo(() => formatFor(language), [language]);
}

function formatFor(language: Language): Format {
  const decimal = language === "de" ? "," : ".";
  const number = (value: number, digits = 0) => toGrouped(value, digits, decimal);
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const shortDay = new Intl.DateTimeFormat(language, {
    ...{ day: "numeric", month: "short", timeZone: "UTC" },
  });
  const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  return {
    number,
    signed: (value, digits = 0) => (value > 0 ? "+" : "") + number(value, digits),
    percent: (share, digits = 0) => toPercent(share, digits, number),
    price: (dollars) => `$${number(dollars, dollars < 10 ? 2 : 0)}`,
    short: (count) => toShort(count, number),
    day: (at) => day.format(at),
    shortDay: (at) => shortDay.format(at),
    time: (at) => time.format(at),
  };
}

function toGrouped(value: number, digits: number, decimal: string): string {
  const [whole = "", fraction] = Math.abs(value).toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, noBreakSpace);
  const sign = value < 0 && /[1-9]/.test(whole + (fraction ?? "")) ? "−" : "";
  return sign + grouped + (fraction === undefined ? "" : decimal + fraction);
}

function toPercent(share: number, digits: number, number: Format["number"]): string {
  const rounded = Number((share * 100).toFixed(digits));
  const least = 10 ** -digits;
  if (share > 0 && rounded === 0) return `<${number(least, digits)}${noBreakSpace}%`;
  if (share < 1 && rounded === 100) return `>${number(100 - least, digits)}${noBreakSpace}%`;
  return `${number(share * 100, digits)}${noBreakSpace}%`;
}

function toShort(count: number, number: Format["number"]): string {
  if (count < 1_000) return number(count);
  const [unit, letter] = count < 999_500 ? [1_000, "k"] : [1_000_000, "M"];
  const tenths = Math.round((count / unit) * 10);
  const digits = tenths < 100 && tenths % 10 !== 0 ? 1 : 0;
  return number(tenths / 10, digits) + letter;
}
