/**
 * @file The colours of the report in both themes, as CSS variables: a figure names a variable and
 * never a colour, so that one drawing serves light, dark and paper.
 *
 * The light scales are ColorBrewer's RdBu and Blues (colorbrewer2.org), which all common kinds of
 * colour vision can tell apart; the dark ones have the same hues with lightness turned around.
 */

export type Palette = {
  /** Page, boxes on it, hairlines, text, quieter text, and what the eye should go to. */
  page: string;
  box: string;
  hairline: string;
  text: string;
  quiet: string;
  accent: string;
  /** Lines that are told apart by their colour and their label. */
  lines: readonly string[];
  /** From all lost through even to all won. */
  diverging: readonly string[];
  /** From few to many. */
  sequential: readonly string[];
};

export const light: Palette = {
  page: "#ffffff",
  box: "#f5f6f8",
  hairline: "#d8dbe1",
  text: "#15181d",
  quiet: "#565d69",
  accent: "#1d5fd3",
  lines: ["#1d5fd3", "#b1480b", "#08775a", "#9c2f8a", "#806000", "#0a7489", "#c0233c", "#5b6270"],
  diverging: [
    "#67001f",
    "#b2182b",
    "#d6604d",
    "#f4a582",
    "#fddbc7",
    "#f7f7f7",
    "#d1e5f0",
    "#92c5de",
    "#4393c3",
    "#2166ac",
    "#053061",
  ],
  sequential: [
    "#eef5fc",
    "#deebf7",
    "#c6dbef",
    "#9ecae1",
    "#6baed6",
    "#4292c6",
    "#2171b5",
    "#08519c",
    "#08306b",
  ],
};

export const dark: Palette = {
  page: "#121418",
  box: "#1b1e24",
  hairline: "#363b45",
  text: "#e9ebef",
  quiet: "#a4abb8",
  accent: "#7fb0ff",
  lines: ["#7fb0ff", "#ff9d5c", "#4cc9a0", "#e58ad4", "#e0b83c", "#5cc8e6", "#ff8494", "#b5bbc7"],
  diverging: [
    "#ffc2ad",
    "#f08d72",
    "#c85f49",
    "#8d4335",
    "#553029",
    "#2c2f36",
    "#253f57",
    "#2b5f8c",
    "#3f84bf",
    "#6cabe0",
    "#b0d6f7",
  ],
  sequential: [
    "#1c242f",
    "#1d334d",
    "#1f456f",
    "#245a93",
    "#2f72b6",
    "#4b8dd1",
    "#6ea8e4",
    "#97c4f1",
    "#c4dffa",
  ],
};

/** The declarations that give each colour its variable: `--page: …; --lines-0: …; …`. */
export function toVariables(palette: Palette): string {
  const { lines, diverging, sequential, ...single } = palette;
  const scales = Object.entries({ lines, diverging, sequential }).flatMap(([name, colours]) =>
    colours.flatMap((colour, at) => [
      [`${name}-${at}`, colour],
      ...(name === "lines" ? [] : [[`${name}-text-${at}`, textOn(colour)]]),
    ]),
  );
  return [...Object.entries(single), ...scales]
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(" ");
}

/** Black or white, whichever is easier to read there. */
export function textOn(colour: string): string {
  const [black, white] = ["#000000", "#ffffff"];
  return contrast(black, colour) >= contrast(white, colour) ? black : white;
}

/** The contrast ratio of WCAG 2.2, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
