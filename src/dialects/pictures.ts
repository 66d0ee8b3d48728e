/** @file Whether a model can look at a conversation: a picture is never left out in silence. */
import { UnsupportedCapabilityError } from "../errors/api-error.ts";
import { picturesIn } from "../protocol/picture-parts.ts";
import type { ServedModel as ModelCard } from "../protocol/registry.ts";

/**
 * @param messages A chat request's, as they were sent or as they were read.
 * @throws {UnsupportedCapabilityError} there is a picture, and the model reads text alone.
 */
export function assertReadsPictures({ id, capabilities }: ModelCard, messages: unknown): void {
  const [picture] = capabilities.includes("vision") ? [] : picturesIn(messages);
  if (picture !== undefined)
    throw new UnsupportedCapabilityError(id, "vision", capabilities, picture.param);
}
