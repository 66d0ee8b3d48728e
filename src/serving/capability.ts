/** @file Whether the model of a worker can do what a request wants of it. */
import { UnsupportedCapabilityError } from "../errors/model-errors.ts";
import type { Capability } from "../protocol/openai.ts";
import type { ServedModel as ModelCard } from "../protocol/registry.ts";

/** @throws {UnsupportedCapabilityError} it was not made, or not started, for it. */
export function assertAble({ card }: { card: ModelCard }, capability: Capability): void {
  const { id, capabilities, upstream } = card;
  if (!capabilities.includes(capability))
    throw new UnsupportedCapabilityError(
      id,
      capability,
      capabilities,
      "model",
      upstream !== undefined,
    );
}
