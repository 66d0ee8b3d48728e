/** @file Pictures as `data:` URLs: made from bytes, and checked where a client made them. */
import { PictureError } from "../errors/request-errors.ts";
import { type PictureType, pictureTypeOf } from "./picture-type.ts";

/** Of one picture, decoded: OpenAI's own limit. */
export const maxPictureBytes = 20_000_000;

/** @throws {PictureError} the bytes are no picture that models are sent. */
export function toPictureUrl(bytes: Buffer, param: string): string {
  return toDataUrl(bytes, knownType(bytes, param));
}

/**
 * The URL in one spelling, its base64 without spaces and with its padding.
 *
 * @throws {PictureError} no base64, too large, or not the kind of picture that it says it is.
 */
export function checkedDataUrl(url: string, param: string): string {
  const [head, declared] = /^data:([^,;]+);base64,/i.exec(url.slice(0, 256)) ?? [];
  if (head === undefined || declared === undefined)
    throw new PictureError(
      param,
      "is not of the form data:image/png;base64,…",
      "invalid_image_url",
    );
  const base64 = url.slice(head.length);
  const bytes = decoded(base64, param);
  const type = knownType(bytes, param);
  if (declared.toLowerCase().replace("image/jpg", "image/jpeg") !== type)
    throw new PictureError(
      param,
      `is called ${declared.slice(0, 64)}, but its bytes are ${type}`,
      "unsupported_image_media_type",
    );
  return head === headOf(type) && isPlain(base64, bytes) ? url : toDataUrl(bytes, type);
}

export function isDataUrl(url: string): boolean {
  return /^data:/i.test(url.slice(0, 5));
}

export function tooLarge(param: string): PictureError {
  return new PictureError(param, `has more than ${maxPictureBytes} bytes`, "image_too_large");
}

function toDataUrl(bytes: Buffer, type: PictureType): string {
  return `${headOf(type)}${bytes.toString("base64")}`;
}

function headOf(type: PictureType): string {
  return `data:${type};base64,`;
}

function knownType(bytes: Buffer, param: string): PictureType {
  const type = pictureTypeOf(bytes);
  if (type !== null) return type;
  throw new PictureError(param, "is no PNG, JPEG, WebP or GIF", "unsupported_image_media_type");
}

function decoded(base64: string, param: string): Buffer {
  const bytes = decodedDigits(base64) ?? decodedDigits(base64.replace(/\s+/g, ""));
  if (bytes === null) throw new PictureError(param, "is no valid base64", "invalid_base64_image");
  if (bytes.length > maxPictureBytes) throw tooLarge(param);
  return bytes;
}

/** Node passes over what is no base64: then there are fewer bytes than the characters stand for. */
function decodedDigits(base64: string): Buffer | null {
  const padding = base64.endsWith("==") ? 2 : base64.endsWith("=") ? 1 : 0;
  const digits = base64.length - padding;
  const bytes = Buffer.from(base64, "base64");
  const isWhole = digits % 4 !== 1 && bytes.length === Math.floor((digits * 3) / 4);
  return isWhole && bytes.length > 0 ? bytes : null;
}

/** Whether these bytes would be spelt like this: to spell them again takes longer than all else. */
function isPlain(base64: string, bytes: Buffer): boolean {
  const length = 4 * Math.ceil(bytes.length / 3);
  return base64.length === length && !base64.includes("-") && !base64.includes("_");
}
