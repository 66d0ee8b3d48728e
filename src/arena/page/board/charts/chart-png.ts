/** @file A chart as a PNG file: its drawing with the colours of the moment, under its title. */

const [density, padding, titleLetter, titleLine] = [2, 16, 16, 22];

type Picture = {
  svg: SVGElement;
  title: string;
  /** Of the file, without its ending. */
  name: string;
  /** Where the page's colours can be read. */
  figure: HTMLElement;
};

export async function downloadPng({ svg, title, name, figure }: Picture): Promise<void> {
  const drawing = await toImage(svg);
  const { backgroundColor, color } = getComputedStyle(figure);
  const width = drawing.width + 2 * padding;
  const lines = wrap(title, drawing.width);
  const above = padding + lines.length * titleLine + 8;
  const [canvas, pen] = makeCanvas(width, above + drawing.height + padding);
  pen.fillStyle = backgroundColor;
  pen.fillRect(0, 0, width, canvas.height);
  pen.fillStyle = color;
  pen.font = titleFont;
  for (const [at, line] of lines.entries()) {
    pen.fillText(line, padding, padding + titleLetter + at * titleLine);
  }
  pen.drawImage(drawing, padding, above, drawing.width, drawing.height);
  save(await toBlob(canvas), `${name}.png`);
}

const titleFont = `600 ${titleLetter}px system-ui, sans-serif`;

async function toImage(svg: SVGElement): Promise<HTMLImageElement> {
  const text = new XMLSerializer().serializeToString(withOwnColours(svg));
  const address = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** A copy that does not need the page's variables. */
function withOwnColours(svg: SVGElement): Node {
  const copy = svg.cloneNode(true);
  if (!(copy instanceof SVGElement)) return copy;
  const shown = [svg, ...svg.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  for (const [at, element] of copies.entries()) {
    const original = shown[at];
    if (!original) continue;
    const style = getComputedStyle(original);
    if (element.hasAttribute("fill")) element.setAttribute("fill", style.fill);
    if (element.hasAttribute("stroke")) element.setAttribute("stroke", style.stroke);
  }
  return copy;
}

function wrap(text: string, width: number): string[] {
  const [, pen] = makeCanvas(1, 1);
  pen.font = titleFont;
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length === 0 || pen.measureText(longer).width > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

function makeCanvas(width: number, height: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * density);
  canvas.height = Math.ceil(height * density);
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("The browser cannot draw pictures.");
  pen.scale(density, density);
  return [canvas, pen];
}

function toBlob(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) =>
      blob ? resolve(blob) : reject(new Error("The picture is too large.")),
    );
  });
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
