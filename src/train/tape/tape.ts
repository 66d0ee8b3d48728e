/**
 * @file Reverse-mode differentiation: the tape remembers what was computed from what, and plays it
 * backwards.
 *
 * A network is a chain of operations, and the loss L is at its end. Each operation, when it is
 * applied, writes a step on the tape: its inputs, its output, and a rule that turns ∂L/∂output
 * into ∂L/∂inputs. Playing the steps from last to first, and adding up where a value was used
 * more than once, gives ∂L/∂ of every parameter in one sweep. Nothing is computed here: operations
 * and rules only add nodes to ggml graphs.
 *
 * Source: Wengert, "A simple automatic derivative evaluation program", CACM 7(8), 1964; Griewank &
 * Walther, "Evaluating Derivatives", 2008, chapter 3.
 */
import type { Tensor } from "../../llama/tensor.ts";
import type { TensorContext } from "../../llama/tensor-context.ts";

/** ∂L/∂output → ∂L/∂ of each input; null where nobody asks for it. */
type Rule = (gradient: Tensor) => readonly (Tensor | null)[];
type Step = { output: Tensor; inputs: readonly Tensor[]; rule: Rule };

export type TapeOptions = {
  /** Where the rules put their nodes, if not beside the operations: a graph of its own. */
  backward?: TensorContext;
  /** Whether ggml's `*Back` operations may be used (not on every GPU). */
  gradientOperations?: boolean;
  /** Whether outer products are faster than transposing (on the CPU they are). */
  outerProducts?: boolean;
  /** Whether F32 matrices are multiplied in BF16: faster where they are wide, good to three digits. */
  halfPrecision?: boolean;
};

export class Tape {
  /** Operations go here. */
  readonly forward: TensorContext;
  /** Rules go here. */
  readonly backward: TensorContext;
  readonly gradientOperations: boolean;
  readonly outerProducts: boolean;
  readonly halfPrecision: boolean;
  readonly #steps: Step[] = [];
  /** Values that some parameter has an influence on. */
  readonly #tracked = new Set<Tensor>();
  readonly #recalled = new Map<Tensor, Tensor>();

  constructor(forward: TensorContext, options: TapeOptions = {}) {
    this.forward = forward;
    this.backward = options.backward ?? forward;
    this.gradientOperations = options.gradientOperations ?? false;
    this.outerProducts = options.outerProducts ?? false;
    this.halfPrecision = options.halfPrecision ?? false;
  }

  /** Marks a value whose gradient is wanted. */
  watch(tensor: Tensor): Tensor {
    this.#tracked.add(tensor);
    return tensor;
  }

  isTracked(tensor: Tensor): boolean {
    return this.#tracked.has(tensor);
  }

  /** Notes one operation, unless no parameter has an influence on it. */
  record(output: Tensor, inputs: readonly Tensor[], rule: Rule): Tensor {
    if (inputs.some((input) => this.#tracked.has(input))) {
      this.#tracked.add(output);
      this.#steps.push({ output, inputs, rule });
    }
    return output;
  }

  /**
   * A value of the forward pass, for use in a rule. Where the backward graph stands alone it is
   * taken as it lies in memory; otherwise it is the node itself.
   */
  recall(tensor: Tensor): Tensor {
    if (this.backward === this.forward) return tensor;
    const found = this.#recalled.get(tensor) ?? this.backward.alias(tensor);
    this.#recalled.set(tensor, found);
    return found;
  }

  /** Values of the forward pass that the backward graph looks at, where it stands alone. */
  get recalled(): Iterable<Tensor> {
    return this.#recalled.keys();
  }

  /**
   * Plays the tape backwards.
   *
   * @param seeds ∂L/∂ of the values at the end.
   * @returns ∂L/∂ of every tracked value that the loss depends on.
   */
  gradients(seeds: readonly (readonly [value: Tensor, gradient: Tensor])[]): Map<Tensor, Tensor> {
    const found = new Map(seeds);
    for (const { output, inputs, rule } of this.#steps.toReversed()) {
      const gradient = found.get(output);
      if (gradient === undefined) continue;
      for (const [i, share] of rule(gradient).entries()) {
        const input = inputs[i];
        if (!input || !share || !this.#tracked.has(input)) continue;
        const before = found.get(input);
        found.set(input, before ? this.backward.add(before, share) : share);
      }
    }
    return found;
  }
}
