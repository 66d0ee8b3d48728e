/** @file Whether a model can look at what it is asked: a picture is never left out in silence. */
import { UnsupportedCapabilityError } from "../errors/model-errors.ts";
import { picturesOf } from "../protocol/picture-parts.ts";
import type { ServedModel as ModelCard } from "../protocol/registry.ts";

/**
 * @param asked A request in OpenAI's words, as it was sent or as it was read.
 * @throws {UnsupportedCapabilityError} there is a picture, and the model reads text alone.
 */
export function assertReadsPictures({ id, capabilities }: ModelCard, asked: object): void {
  const [picture] = capabilities.includes("vision") ? [] : picturesOf(asked);
  if (picture !== undefined)
    throw new UnsupportedCapabilityError(id, "vision", capabilities, picture.param);
}
