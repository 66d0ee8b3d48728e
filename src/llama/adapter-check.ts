/**
 * @file Looks at a LoRA adapter's file before llama.cpp does, which aborts the whole process on some
 * of what is refused here: wrong types of metadata, of tensors, and shapes that no product has.
 *
 * `<tensor>.lora_a` is [inputs, r, …] and `<tensor>.lora_b` [r, outputs, …] for a tensor of the base
 * of [inputs, outputs, …]; that of the token embeddings has A transposed.
 *
 * Source: src/llama-adapter.cpp and src/llama-graph.cpp of llama.cpp v0.5.0.
 */
import { UsageError } from "../errors/usage-error.ts";
import type { GgmlTypeName } from "./ggml-types.ts";
import { GgufError } from "./gguf-error.ts";
import { type GgufFile, readGguf } from "./gguf-reader.ts";
import type { GgufTensor } from "./gguf-tensor-reader.ts";
import type { GgufValue } from "./gguf-value.ts";

/** @throws {UsageError} the file is no sound adapter, or one of another base; why, in a sentence. */
export type AdapterCheck = (path: string) => void;

type Base = { architecture: GgufValue | undefined; shapes: Map<string, number[]> };

/** @param basePath The model's file, read when the first adapter is looked at. */
export function adapterCheck(basePath: string): AdapterCheck {
  let base: Base | undefined;
  return (path) => {
    base ??= toBase(readGguf(basePath));
    const adapter = readAdapter(path);
    const wrong = wrongHead(adapter, base) ?? wrongTensor(adapter.tensors, base);
    if (wrong !== undefined) throw unusable(path, wrong);
  };
}

function readAdapter(path: string): GgufFile {
  try {
    return readGguf(path);
  } catch (error) {
    if (!(error instanceof GgufError)) throw error;
    throw unusable(path, error.field === "file" ? `${error.fault}; ${wanted}` : error.fault);
  }
}

const wanted =
  "an adapter is a GGUF file, as fastchat train or llama.cpp's convert_lora_to_gguf.py writes it";

const unusable = (path: string, why: string) =>
  new UsageError(`Cannot use the LoRA adapter ${path}: ${why}.`);

function toBase({ metadata, tensors }: GgufFile): Base {
  return {
    architecture: metadata.get("general.architecture"),
    shapes: new Map(tensors.map(({ name, shape }) => [name, shape])),
  };
}

function wrongHead({ metadata, parts }: GgufFile, base: Base): string | undefined {
  const said = (key: string) => {
    const value = metadata.get(key);
    return value?.type === "string" ? value.value : undefined;
  };
  const [kind = "model", adapterKind] = [said("general.type"), said("adapter.type")];
  if (kind === "model") return `it is a whole model, which is served on its own; ${wanted}`;
  if (kind !== "adapter") return `it is of the type '${kind}'; ${wanted}`;
  if (adapterKind !== "lora") return "its metadata does not call it a LoRA adapter";
  const architecture = said("general.architecture");
  if (architecture !== base.architecture?.value)
    return `it was made for the architecture '${architecture}', but the model's is '${base.architecture?.value}': take one that was made for this model`;
  const alpha = metadata.get("adapter.lora.alpha");
  if (alpha !== undefined && !(alpha.type === "float32" && Number.isFinite(alpha.value)))
    return "its adapter.lora.alpha is not a number of type float32";
  if (metadata.has("adapter.alora.invocation_tokens"))
    return "it is an activated LoRA (aLoRA), which is not supported";
  return parts.length > 1 ? "it is split over several files" : undefined;
}

/** The types that adapters are converted to. */
const types: readonly GgmlTypeName[] = ["F32", "F16", "BF16", "Q8_0"];

function wrongTensor(tensors: readonly GgufTensor[], base: Base): string | undefined {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const changed = new Set<string>();
  for (const { name, type } of tensors) {
    if (/(?<!\.lora_[ab])_norm\.weight$/.test(name)) continue; // which llama.cpp passes over
    if (!/.\.lora_[ab]$/.test(name)) return `its tensor '${name}' is not part of a LoRA adapter`;
    if (!types.includes(type)) return `its tensor '${name}' is of type ${type}`;
    changed.add(name.slice(0, -".lora_a".length));
  }
  if (changed.size === 0) return "it changes no tensor";
  for (const name of changed) {
    const a = byName.get(`${name}.lora_a`)?.shape;
    const b = byName.get(`${name}.lora_b`)?.shape;
    const wrong = a && b ? wrongPair(name, a, b, base) : `of '${name}' it has only one half`;
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

const embeddings = "token_embd.weight";
const otherBase = "it was made for another base, take one that was made for this model";

function wrongPair(
  name: string,
  a: readonly number[],
  b: readonly number[],
  { shapes }: Base,
): string | undefined {
  const shape = shapes.get(name);
  if (shape === undefined)
    return `it changes '${name}', which this model does not have: ${otherBase}`;
  if (name === embeddings && !shapes.has("output.weight"))
    return `it changes '${name}', which is this model's output too: that is not supported, merge it`;
  const [inputs, outputs, ...rest] = whole(shape);
  const [first, rank] = name === embeddings ? [outputs, a[0]] : [inputs, a[1] ?? 1];
  const dueA = name === embeddings ? [rank, first] : [first, rank];
  const dueB = [rank, name === embeddings ? inputs : outputs];
  const fits = isSame(whole(a), [...dueA, ...rest]) && isSame(whole(b), [...dueB, ...rest]);
  if (fits && shape.length > 1) return undefined;
  return `its '${name}' is for ${product(a, b, name)}, but the model's is ${shape.join(" × ")}: ${otherBase}`;
}

/** In four dimensions, as ggml counts. */
function whole(shape: readonly number[]): number[] {
  return [...shape, 1, 1, 1, 1].slice(0, 4);
}

function isSame(one: readonly number[], other: readonly (number | undefined)[]): boolean {
  return one.every((length, i) => length === other[i]);
}

/** The shape that the two halves make. */
function product(a: readonly number[], b: readonly number[], name: string): string {
  const [inputs, outputs] = name === embeddings ? [b[1], a[1]] : [a[0], b[1]];
  return [inputs ?? 1, outputs ?? 1, ...a.slice(2)].join(" × ");
}
