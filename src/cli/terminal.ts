/** @file Colour where a person looks, and only there: a TTY, and no NO_COLOR. */
import type { WriteStream } from "node:tty";

const codes = {
  dim: 2,
  bold: 1,
  red: 31,
  green: 32,
  yellow: 33,
  blue: 34,
  magenta: 35,
  cyan: 36,
};
export type Colour = keyof typeof codes;

export type Paint = (colour: Colour, text: string) => string;

/** A painter for what is written to `stream`; it leaves the text alone where colour is not wanted. */
export function painter(stream: Pick<WriteStream, "isTTY">, env = process.env): Paint {
  const wanted = stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";
  return (colour, text) => (wanted ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text);
}
