/** @file One tensor of a model to write: its name, its shape, and how its values are spread. */

/**
 * `norm` weights are near one, `bias` ones near zero, `matrix` ones spread by their input's width.
 * A `kernel` is a matrix that llama.cpp reads in full precision only; a `decay` is below zero. A
 * `faint` embedding leaves the answer to the layers, where the output matrix is always the same one:
 * a model that saw itself in it would repeat its last token for ever.
 */
export type TensorPlan = {
  name: string;
  shape: number[];
  role: "embedding" | "faint" | "output" | "matrix" | "norm" | "bias" | "kernel" | "decay";
};

export function matrix(name: string, ...shape: number[]): TensorPlan {
  return { name: `${name}.weight`, shape, role: "matrix" };
}

export function kernel(name: string, ...shape: number[]): TensorPlan {
  return { name: `${name}.weight`, shape, role: "kernel" };
}

export function norm(name: string, ...shape: number[]): TensorPlan {
  return { name: `${name}.weight`, shape, role: "norm" };
}

export function bias(name: string, length: number): TensorPlan {
  return { name: `${name}.bias`, shape: [length], role: "bias" };
}

export function normAndBias(name: string, length: number): TensorPlan[] {
  return [norm(name, length), bias(name, length)];
}

export function matrixAndBias(name: string, inputs: number, outputs: number): TensorPlan[] {
  return [matrix(name, inputs, outputs), bias(name, outputs)];
}
