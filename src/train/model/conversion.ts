/**
 * @file Weights from one number format to another, and turned, on the CPU: only there can every
 * quantised format be read.
 */
import type { ComputeDevice } from "../../llama/compute-device.ts";
import { type GgmlTypeName, ggmlBytes, ggmlType } from "../../llama/ggml-types.ts";

export class Converter {
  readonly #cpu: ComputeDevice;

  constructor(cpu: ComputeDevice) {
    this.#cpu = cpu;
  }

  /** @returns (rows · rowLength,) the values of quantised rows. */
  toFloats(bytes: Uint8Array, type: GgmlTypeName, rowLength: number, rows: number): Float32Array {
    if (type === "F32") return new Float32Array(bytes.buffer, bytes.byteOffset, rows * rowLength);
    return this.#cast(bytes, type, rowLength, rows, false);
  }

  /** @returns (rowLength, rows) the values, turned: each input row is a column. */
  toTurnedFloats(
    bytes: Uint8Array,
    type: GgmlTypeName,
    rowLength: number,
    rows: number,
  ): Float32Array {
    return this.#cast(bytes, type, rowLength, rows, true);
  }

  fromFloats(values: Float32Array, type: GgmlTypeName, rowLength: number): Uint8Array {
    if (type === "F32") return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const bytes = new Uint8Array(ggmlBytes(ggmlType(type), values.length));
    const rows = values.length / rowLength;
    const { ggml_quantize_chunk } = this.#cpu.ggml;
    ggml_quantize_chunk(ggmlType(type).id, values, bytes, 0, rows, rowLength, null);
    return bytes;
  }

  #cast(
    bytes: Uint8Array,
    type: GgmlTypeName,
    rowLength: number,
    rows: number,
    turned: boolean,
  ): Float32Array {
    const given = this.#cpu.context(1);
    const source = given.create(type, rowLength, rows);
    const data = this.#cpu.allocate(given);
    this.#cpu.write(source, bytes);
    const context = this.#cpu.context(8, 1);
    const floats = type === "F32" ? source : context.cast(source, "F32");
    const result = turned ? context.transposed(floats) : floats;
    const graph = context.graph([result], 8);
    const graphs = this.#cpu.graphs([graph]);
    graphs.run(graph);
    const values = this.#cpu.readFloats(result);
    graphs.free();
    context.free();
    data.free();
    given.free();
    return values;
  }
}
