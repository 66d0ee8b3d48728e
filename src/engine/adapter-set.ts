/** @file Which LoRA adapters a request is answered with, and how strongly. */

/** A loaded adapter by its number, which no other ever gets, and its scale. */
export type AdapterUse = { id: number; scale: number };

/**
 * Two sets have one key exactly when they change the model in the same way; of this process alone:
 * to another one the numbers in it say nothing.
 */
export type AdapterSet = { key: string; uses: readonly AdapterUse[] };

/** The model as its file has it. */
export const bareModel: AdapterSet = { key: "", uses: [] };

/** The order does not matter, and scale 0 is no use. */
export function adapterSet(wanted: readonly AdapterUse[]): AdapterSet {
  const uses = wanted.filter(({ scale }) => scale !== 0).sort((a, b) => a.id - b.id);
  return { key: uses.map(({ id, scale }) => `${id}*${scale}`).join("+"), uses };
}
