/** @file Full fine-tuning: every weight of the model is a parameter. */
import type { ComputeDevice } from "../../llama/compute-device.ts";
import type { Trained } from "./network-graphs.ts";
import { Parameters } from "./parameters.ts";
import type { ModelWeights } from "./weights.ts";

/** @param weights Loaded as `trainable`. */
export function wholeModel(device: ComputeDevice, { all }: ModelWeights): Trained {
  const values = all.map(({ tensor, source }) => ({
    name: source.first === 0 ? source.tensor.name : `${source.tensor.name}.${source.first}`,
    value: tensor,
  }));
  return { parameters: new Parameters(device, values), lora: null };
}
