/**
 * @file The door to Observable Plot: options in, one SVG out that a strict Content-Security-Policy
 * lets live. Colours are the page's CSS variables, so that a change of theme needs no new drawing.
 */
import { type AxisXOptions, axisX, gridX, type PlotOptions, plot, text } from "@observablehq/plot";

const letterPixels = 12;
const font = `${letterPixels}px system-ui, sans-serif`;

/** @param label What a screen reader says instead of the drawing. */
export function draw(options: PlotOptions, label: string): SVGElement | HTMLElement {
  const svg = plot({ ...options, className: "chart-svg", figure: false });
  // Inline styles are forbidden; board/charts/charts.css has what Plot's own sheet would say.
  svg.querySelector("style")?.remove();
  // Of a picture, nothing inside is read out: Plot's labels have no one to speak to.
  for (const part of svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.setAttribute("font-size", `${letterPixels}`);
  return svg;
}

/** As many ticks as have room beside one another. */
export const ticksFor = (innerWidth: number) =>
  Math.max(2, Math.min(6, Math.floor(innerWidth / 70)));

/** Grid lines and an axis below them, with its name in its middle. */
export function bottomAxis(label: string, options: AxisXOptions = {}) {
  const ticks = options.ticks ?? 5;
  return [
    gridX({ stroke: "var(--grey-3)", strokeOpacity: 1, ticks }),
    axisX({
      ...{ label, labelAnchor: "center", labelArrow: "none", labelOffset: 40, tickSize: 0 },
      ...options,
      ticks,
    }),
  ];
}

/** Words beside the rows of a chart whose y is the row's number. */
export function beside(side: "left" | "right", words: readonly string[], titles = words) {
  return text([...words.keys()], {
    y: (row: number) => row,
    text: (row: number) => words[row],
    title: (row: number) => titles[row],
    frameAnchor: side,
    textAnchor: side === "left" ? "end" : "start",
    dx: side === "left" ? -8 : 8,
    fill: side === "left" ? "var(--grey-8)" : "var(--grey-6)",
  });
}

/** Words over lines stay readable. */
export const outlined = {
  stroke: "var(--grey-0)",
  strokeWidth: 4,
  strokeLinejoin: "round",
  paintOrder: "stroke",
} as const;

let ruler: CanvasRenderingContext2D | null = null;

export function widthOf(words: string): number {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return words.length * 7;
  ruler.font = font;
  return ruler.measureText(words).width;
}

/** Room for the longest of the labels, px. */
export const labelWidth = (labels: readonly string[]) =>
  Math.ceil(Math.max(0, ...labels.map(widthOf))) + 12;

/** A long name loses its middle: both ends tell versions apart. */
export function toLabel(name: string, pixels: number): string {
  let label = name;
  for (let kept = name.length - 1; kept > 3 && widthOf(label) > pixels; kept--) {
    const head = Math.ceil(kept / 2);
    label = `${name.slice(0, head)}…${name.slice(name.length - (kept - head))}`;
  }
  return label;
}

/** What a name beside a drawing of this width may take, px. */
export const labelRoom = (width: number) => Math.min(190, Math.max(96, width * 0.28));
