/**
 * @file The loss: −ln p(target), where p is the softmax of the logits, and its gradient,
 * weight · (p − 1 at the target). The target's place is reached by its row number in the logits laid
 * flat, so that no matrix of ones and zeros is needed.
 *
 * Whatever is to be learned comes in through the weights: fine-tuning gives each supervised token
 * its share of the step, a preference gives signs.
 */
import type { Tensor } from "../../llama/tensor.ts";
import type { TensorContext } from "../../llama/tensor-context.ts";

/** Rows of logits [vocabulary, rows] with what they should have said. */
export type Targets = {
  /** (rows,) in I32: row · vocabulary + target. */
  places: Tensor;
  /** [1, rows] */
  weights: Tensor;
};

export type CrossEntropy = {
  /** [1, rows] weight · −ln p(target) */
  losses: Tensor;
  /** [vocabulary, rows] ∂Σlosses/∂logits; built only when it is used. */
  gradient: () => Tensor;
};

/** Below this a probability counts as this: ln 0 is not a number to average. */
const leastProbability = 1e-30;

export function crossEntropy(
  to: TensorContext,
  logits: Tensor,
  { places, weights }: Targets,
): CrossEntropy {
  const [vocabulary, rows] = logits.shape;
  const probabilities = to.softMax(logits);
  const atTarget = to.getRows(to.reshape(probabilities, 1, vocabulary * rows), places);
  const surprise = to.scale(to.log(to.scale(atTarget, 1, leastProbability)), -1);
  return {
    losses: to.mul(surprise, weights),
    gradient: () => {
      const weighted = to.reshape(to.mul(probabilities, weights), 1, vocabulary * rows);
      const corrected = to.mul(to.scale(atTarget, 1, -1), weights);
      return to.reshape(to.setRows(weighted, corrected, places), vocabulary, rows);
    },
  };
}
