/** @file Pictures from a file, the clipboard or the mouse, made small enough to be sent. */

const longestSide = 1024;
const accepted = /^image\/(png|jpeg|webp|gif)$/;

export const picturesIn = (files: FileList | null | undefined): File[] =>
  [...(files ?? [])].filter(({ type }) => accepted.test(type));

/**
 * A `data:` URL of at most so many bytes.
 *
 * @throws {Error} it is no picture, or cannot be made so small.
 */
export async function toPicture(file: File, maxBytes: number): Promise<string> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
  for (const quality of [0.9, 0.75, 0.5]) {
    const url = draw(bitmap, scale * (quality / 0.9), quality);
    if ((url.length * 3) / 4 <= maxBytes) return url;
  }
  throw new Error("This picture cannot be made small enough.");
}

function draw(bitmap: ImageBitmap, scale: number, quality: number): string {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser cannot draw pictures.");
  context.fillStyle = "#fff"; // JPEG has no transparency
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", quality);
}
