import { describe, expect, test } from "vitest";
import { TrainConfig, type TrainEnd } from "../../../src/protocol/training.ts";
import { servableOf, serveCommand } from "../../../src/train/report/servable.ts";

const config = TrainConfig.parse({
  data: [{ path: "a" }],
  model_path: "/m/base.gguf",
  output: "out",
});
const endWith = (...outputs: string[]): TrainEnd => ({
  ...{ event: "end", time: 0, reason: "finished", step: 1, peak_memory_bytes: 0 },
  outputs,
});

describe("servableOf", () => {
  test("is the adapter on its base", () => {
    expect(servableOf(config, endWith("adapter.gguf"))).toEqual({
      modelPath: "/m/base.gguf",
      lora: "out/adapter.gguf",
    });
  });

  test("is the merged model in the format that was asked for first", () => {
    const outputs = endWith("adapter.gguf", "model-F32.gguf", "model-q4_k_m.gguf");
    expect(servableOf({ ...config, quantize: ["Q4_K_M"] }, outputs)).toEqual({
      modelPath: "out/model-q4_k_m.gguf",
      lora: null,
    });
    expect(servableOf(config, outputs)?.modelPath).toBe("out/model-F32.gguf");
  });

  test("is nothing where nothing was written", () => {
    expect(servableOf(config, endWith())).toBeUndefined();
    expect(servableOf(config, endWith("report.html"))).toBeUndefined();
  });
});

describe("serveCommand", () => {
  test("quotes what a shell would take apart", () => {
    expect(serveCommand({ modelPath: "my models/it's.gguf", lora: "a.gguf" })).toBe(
      "fastchat worker --model-path 'my models/it'\\''s.gguf' --lora a.gguf",
    );
  });
});
