/** @file A conversation as a picture: its text, drawn by ourselves, in the page's own colours. */

import type { ChatView, Seat } from "../../../protocol/arena.ts";
import { download } from "../parts/download.ts";

const width = 1200;
const margin = 40;
const lineHeight = 28;
/** A canvas much higher than this is refused by browsers. */
const maxHeight = 12_000;

type Block = { name: string; text: string; colour: string };

/** Offers it as a download. */
export async function savePicture(chat: ChatView, nameOf: (seat: string) => string): Promise<void> {
  const canvas = draw(toBlocks(chat, nameOf));
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("This browser cannot make the picture.");
  download("arena.png", blob);
}

function toBlocks(chat: ChatView, nameOf: (seat: string) => string): Block[] {
  return chat.prompts.flatMap((prompt, turn) => [
    { name: "", text: prompt.text, colour: colourOf("--grey-8") },
    ...chat.sides.map(({ seat, model, answers }) => ({
      name: model ?? nameOf(seat.toUpperCase()),
      text: answers[turn]?.text ?? "",
      colour: colourOf(`--side-${seat satisfies Seat}`),
    })),
  ]);
}

function draw(blocks: Block[]): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const measure = contextOf(canvas);
  const laid = blocks.map((block) => ({ ...block, lines: wrap(measure, block.text) }));
  const heights = laid.map(({ name, lines }) => (lines.length + (name ? 1.5 : 0) + 1) * lineHeight);
  canvas.width = width;
  canvas.height = Math.min(maxHeight, 2 * margin + heights.reduce((sum, one) => sum + one, 0));
  const context = contextOf(canvas);
  context.fillStyle = colourOf("--grey-0");
  context.fillRect(0, 0, canvas.width, canvas.height);
  let y = margin + lineHeight;
  for (const [i, block] of laid.entries()) {
    drawBlock(context, block, y);
    y += heights[i] ?? 0;
  }
  return canvas;
}

function drawBlock(
  context: CanvasRenderingContext2D,
  block: Block & { lines: string[] },
  top: number,
) {
  let y = top;
  if (block.name) {
    context.fillStyle = block.colour;
    context.font = `600 20px ${colourOf("--font")}`;
    context.fillText(block.name, margin, y);
    y += 1.5 * lineHeight;
  }
  context.fillStyle = colourOf("--grey-8");
  context.font = textFont(block.name === "");
  for (const line of block.lines) {
    context.fillText(line, margin, y);
    y += lineHeight;
  }
}

function wrap(context: CanvasRenderingContext2D, text: string): string[] {
  context.font = textFont(false);
  return text.split("\n").flatMap((paragraph) => {
    const lines = [""];
    for (const word of paragraph.split(
      /(?<=\s)|(?<=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])/u,
    )) {
      const line = lines.at(-1) ?? "";
      if (line === "" || context.measureText(line + word).width <= width - 2 * margin)
        lines[lines.length - 1] = line + word;
      else lines.push(word);
    }
    return lines;
  });
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser cannot draw.");
  return context;
}

const textFont = (bold: boolean) => `${bold ? 600 : 400} 20px ${colourOf("--font")}`;

/** A token's value, colours as the theme has them now. */
function colourOf(token: string): string {
  if (token === "--font") return getComputedStyle(document.body).fontFamily;
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
