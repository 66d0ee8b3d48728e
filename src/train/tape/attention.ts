/**
 * @file Attention: every query looks at the keys its mask allows and takes the mean of their values,
 * weighted by the softmax of the scaled products.
 *
 * P = softmax(s·QKᵀ + mask), O = PV. With D = ∂L/∂O:
 * ∂V = PᵀD, ∂P = DVᵀ, ∂S = P ∘ (∂P − rowsum(∂P ∘ P))·s, ∂Q = ∂S K, ∂K = ∂Sᵀ Q.
 *
 * Queries are taken in blocks. A block of a causal row sees no key behind its end, so those are left
 * out; and of several blocks only one P exists at a time, because the rule computes it again.
 *
 * Source: A. Vaswani et al., "Attention Is All You Need", 2017; the recomputation as in T. Dao et
 * al., "FlashAttention", 2022, https://arxiv.org/abs/2205.14135.
 */
import type { Tensor } from "../../llama/tensor.ts";
import type { TensorContext } from "../../llama/tensor-context.ts";
import type { Tape } from "./tape.ts";

export type AttentionOptions = {
  scale: number;
  /** Scores bend towards ± this before the mask; null leaves them. */
  softCap: number | null;
  /** Queries of one block. */
  blockSize: number;
};

/**
 * q [headLength, n, heads], k and v [headLength, n, kvHeads], mask [n, n] (keys × queries, 0 or −∞)
 * → [headLength, n, heads].
 */
export function attention(
  tape: Tape,
  [q, k, v]: readonly [Tensor, Tensor, Tensor],
  mask: Tensor,
  options: AttentionOptions,
): Tensor {
  const blocks = toBlocks(q.shape[1], options.blockSize);
  const forward = blocks.map((block) => {
    const scores = scoresOf(tape.forward, partOf(tape.forward, [q, k, v], mask, block), options);
    return { block, ...scores };
  });
  const output = forward.map(({ answer }) => answer).reduce((a, b) => tape.forward.concat(a, b, 1));
  return tape.record(output, [q, k, v], (d) => {
    const to = tape.backward;
    const recalled = [tape.recall(q), tape.recall(k), tape.recall(v)] as const;
    const shares = forward.map(({ block, weights, capped }) => {
      const part = partOf(to, recalled, mask, block);
      const known =
        forward.length === 1
          ? { weights: tape.recall(weights), capped: capped && tape.recall(capped) }
          : scoresOf(to, part, options);
      const [from, length] = block;
      const gradient = to.contiguous(to.slice(d, 1, from, length));
      return blockBack(tape, part, known, gradient, options);
    });
    return [
      shares.map(([dq]) => dq).reduce((a, b) => to.concat(a, b, 1)),
      addUp(
        to,
        shares.map(([, dk]) => dk),
      ),
      addUp(
        to,
        shares.map(([, , dv]) => dv),
      ),
    ];
  });
}

type Block = readonly [from: number, length: number];

function toBlocks(n: number, blockSize: number): Block[] {
  return Array.from({ length: Math.ceil(n / blockSize) }, (_, i) => [
    i * blockSize,
    Math.min(blockSize, n - i * blockSize),
  ]);
}

type Part = { q: Tensor; k: Tensor; v: Tensor; mask: Tensor };
type Scores = { weights: Tensor; capped: Tensor | null };

/** The queries of a block [headLength, length, heads], and the keys and values up to its end. */
function partOf(
  to: TensorContext,
  [q, k, v]: readonly [Tensor, Tensor, Tensor],
  mask: Tensor,
  [from, length]: Block,
): Part {
  const keys = from + length;
  return {
    q: to.contiguous(to.slice(q, 1, from, length)),
    k: to.contiguous(to.slice(k, 1, 0, keys)),
    v: to.contiguous(to.slice(v, 1, 0, keys)),
    mask: to.contiguous(to.slice(to.slice(mask, 1, from, length), 0, 0, keys)),
  };
}

/** weights [keys, length, heads] = P, answer [headLength, length, heads] = PV. */
function scoresOf(
  to: TensorContext,
  { q, k, v, mask }: Part,
  { scale, softCap }: AttentionOptions,
): Scores & { answer: Tensor } {
  const products = to.mulMat(k, q);
  const capped =
    softCap === null ? null : to.scale(to.tanh(to.scale(products, scale / softCap)), softCap);
  const weights = to.softMax(capped ?? products, mask, capped === null ? scale : 1);
  return { weights, capped, answer: to.mulMat(to.transposed(v), weights) };
}

/** ∂L/∂ of the block's queries, keys and values; the last two in the length of the whole row. */
function blockBack(
  tape: Tape,
  { q, k, v }: Part,
  { weights, capped }: Scores,
  d: Tensor,
  { scale, softCap }: AttentionOptions,
): [dq: Tensor, dk: Tensor, dv: Tensor] {
  const to = tape.backward;
  const dWeights = to.mulMat(v, d);
  const dCapped = softMaxBack(tape, dWeights, weights, capped === null ? scale : 1);
  const dProducts =
    capped === null || softCap === null
      ? dCapped
      : to.scale(to.mul(dCapped, to.scale(to.sqr(capped), -1 / softCap ** 2, 1)), scale);
  return [
    to.mulMat(to.transposed(k), dProducts),
    byKey(to, q, dProducts, k),
    byKey(to, d, weights, v),
  ];
}

function softMaxBack(
  { backward: to, gradientOperations }: Tape,
  d: Tensor,
  y: Tensor,
  scale: number,
) {
  if (gradientOperations) return to.softMaxBack(d, y, scale);
  return to.scale(to.mul(y, to.sub(d, to.sumRows(to.mul(d, y)))), scale);
}

/**
 * Σ over queries, and over the heads that share a key: values [headLength, length, heads], weights
 * [keys, length, heads] → [headLength, keys, kvHeads]. Heads of one group lie side by side, so a
 * group is one long list of queries.
 */
function byKey(to: TensorContext, values: Tensor, weights: Tensor, { shape }: Tensor): Tensor {
  const [headLength, length, heads] = values.shape;
  const [keys] = weights.shape;
  const kvHeads = shape[2];
  const queries = (length * heads) / kvHeads;
  return to.mulMat(
    to.transposed(to.reshape(values, headLength, queries, kvHeads)),
    to.transposed(to.reshape(weights, keys, queries, kvHeads)),
  );
}

/** Sums gradients of growing length: the shorter ones are zero behind their end. */
function addUp(to: TensorContext, parts: readonly Tensor[]): Tensor {
  return parts.reduceRight((longer, shorter) => {
    const [, length] = shorter.shape;
    const [, whole] = longer.shape;
    const head = to.add(to.contiguous(to.slice(longer, 1, 0, length)), shorter);
    return to.concat(head, to.contiguous(to.slice(longer, 1, length, whole - length)), 1);
  });
}
