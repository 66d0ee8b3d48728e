/** @file The door to Observable Plot: options in, the markup of one SVG out, the same every time. */
import {
  type AxisXOptions,
  axisX,
  gridX,
  type PlotOptions,
  plot,
  type TextOptions,
  text,
} from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { html, Markup } from "../markup.ts";
import { toGrouped } from "../number-words.ts";
import { columnsOf, shorten, toPrintable } from "../printable.ts";

/** Draws without a browser. The page styles the class `plot`; inks are its variables. */
export function draw(options: PlotOptions): Markup {
  const { document } = parseHTML("<!doctype html><html></html>");
  const svg: Element = plot({ ...options, document, className: "plot" });
  svg.querySelector("style")?.remove(); // a copy in each figure; the page has its own
  svg.setAttribute("aria-hidden", "true"); // the figure's table says the same in words
  svg.setAttribute("style", `--natural: ${options.width ?? halfPage}px`);
  for (const element of [svg, ...svg.querySelectorAll("*")]) roundNumbers(element);
  return new Markup(svg.outerHTML);
}

/** What of the DOM is needed here: the compiler knows no browser. */
type Element = {
  outerHTML: string;
  attributes: Iterable<{ value: string }>;
  querySelector(selector: string): { remove(): void } | null;
  querySelectorAll(selector: string): Iterable<Element>;
  setAttribute(name: string, value: string): void;
};

/** A hundredth of a pixel is enough; sixteen digits would double the page. */
function roundNumbers(element: Element): void {
  for (const attribute of element.attributes) {
    attribute.value = attribute.value.replace(/-?\d+\.\d{3,}/g, (long) => `${+(+long).toFixed(2)}`);
  }
}

/** The width of half the page on a large screen, px: what a figure may take beside another. */
export const halfPage = 624;

/** What a drawing is made for, px. */
export type Screen = { width: number; labelPixels: number };

/** A drawing for a telephone beside the one for all else; the page shows the one that fits. */
export function forScreens(broad: number, drawOn: (screen: Screen) => Markup): Markup {
  return html`<div class="broad">${drawOn({ width: broad, labelPixels })}</div>
<div class="narrow">${drawOn({ width: 384, labelPixels: 110 })}</div>`;
}

/** As many ticks as have room beside one another. */
export const ticksFor = (innerWidth: number) =>
  Math.max(2, Math.min(6, Math.floor(innerWidth / 60)));

/** Grid lines and an axis below them, with its name in its middle. */
export function bottomAxis(label: string, options: AxisXOptions = {}) {
  const ticks = { ticks: 5, ...options };
  return [
    gridX({ stroke: "var(--hairline)", strokeOpacity: 1, ticks: ticks.ticks }),
    axisX({
      label,
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 40,
      tickSize: 0,
      lineHeight: 1.2,
      ...ticks,
    }),
  ];
}

/** A tick between thousands and fractions of a point. */
export const toTick = (value: number) =>
  toGrouped(value, Number.isInteger(value) ? 0 : `${+value.toFixed(6)}`.split(".")[1]?.length);

/** Names longer or wider (px) than this lose their middle in a drawing. */
const [labelColumns, labelPixels] = [28, 190];

export function toLabel(name: string, pixels = labelPixels): string {
  const text = toPrintable(name);
  let columns = labelColumns;
  while (widthOf(shorten(text, columns)) > pixels) columns--;
  return shorten(text, columns);
}

/** Room for the longest of the labels, px. */
export const labelWidth = (labels: readonly string[]) =>
  Math.ceil(Math.max(0, ...labels.map(widthOf))) + 12;

/**
 * About how wide a text is in 12 px letters of DejaVu Sans, px. There is no font here to measure;
 * this one is wider than what most systems have, so that elsewhere there is a little room to spare.
 */
function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += widthOfLetter(letter);
  return width;
}

function widthOfLetter(letter: string): number {
  if (columnsOf(letter) !== 1) return columnsOf(letter) * 6.2;
  if (/[ijl.,:;|'!]/.test(letter)) return 3.8;
  if (/[-frt()\s/[\]]/.test(letter)) return 4.9;
  if (/[mwMW@%…]/.test(letter)) return 11.9;
  return /[A-Z+<>=±−]/.test(letter) ? 8.8 : 7.6;
}

/** Words beside the rows of a chart whose y is the row's number. */
export function beside(
  side: "left" | "right",
  words: readonly string[],
  options: TextOptions = {},
) {
  return text([...words.keys()], {
    y: (row: number) => row,
    text: (row: number) => words[row],
    frameAnchor: side,
    textAnchor: side === "left" ? "end" : "start",
    dx: side === "left" ? -8 : 8,
    ...options,
  });
}
