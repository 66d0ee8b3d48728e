/** @file PyTorch in a process of its own, that takes a LoRA step each time it is asked to. */
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const script = fileURLToPath(new URL("torch-lora-step.py", import.meta.url));
export const python = process.env.PYTHON ?? "python3";

const Hello = z.object({ torch: z.string(), threads: z.int() });
const Step = z.object({ seconds: z.number(), loss: z.number(), norm: z.number() });

type TorchPeer = { version: string; step(): Promise<unknown>; stop(): void };
export const torchTypes = ["float32", "bfloat16"] as const;
type TorchType = (typeof torchTypes)[number];

/** Whether there is a torch to compare with. */
export function hasTorch(): boolean {
  return spawnSync(python, ["-c", "import torch"], { stdio: "ignore" }).status === 0;
}

/** The model is there when this resolves; steps answer in seconds. */
export async function startTorch(
  type: TorchType,
  { threads, tokens, supervised }: { threads: number; tokens: number; supervised: number },
): Promise<TorchPeer> {
  const args = [script, type, ...[threads, tokens, supervised].map(String)];
  const child = spawn(python, args, { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async <T extends z.ZodType>(schema: T): Promise<z.output<T>> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python} ${args.join(" ")} ended without a word`);
    return schema.parse(JSON.parse(value));
  };
  const { torch } = await next(Hello);
  return {
    version: torch,
    async step() {
      child.stdin.write("step\n");
      return next(Step);
    },
    stop: () => child.stdin.end(),
  };
}
