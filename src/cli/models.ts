/** @file `fastchat models`: what the installed llama.cpp can serve, and where. */
import { Command } from "commander";
import type { Architecture, ArchitectureUse } from "../llama/known-architectures.ts";
import type { GpuChoice } from "../llama/libraries.ts";
import { gpus } from "../protocol/config.ts";

type Unserved = { [use in ArchitectureUse]?: string };

const notes = `
Examples:
  fastchat models archs                 architectures whose GGUF files can be served
  fastchat models archs --json
  fastchat models devices --gpu cuda    what --devices of a worker can name`;

export function modelsCommand(): Command {
  const command = new Command("models")
    .description("Say which models the installed llama.cpp can serve, and on which devices.")
    .usage("<what> [options]")
    .argument("[what...]")
    .addHelpText("after", notes)
    .action(([what]: string[]) => {
      if (what === undefined) command.help();
      command.error(`error: unknown subcommand '${what}'; see fastchat models --help`);
    });
  for (const each of [archsCommand(), devicesCommand()])
    command.addCommand(each.exitOverride().configureOutput({ writeErr: () => {} }));
  return command;
}

function archsCommand(): Command {
  return new Command("archs")
    .description("the architectures that llama.cpp supports, asked of the library itself")
    .option("--json", "a list of {name, use, served}")
    .action(async ({ json }: { json?: boolean }) => {
      const { knownArchitectures, unservedReasons } = await import(
        "../llama/known-architectures.ts"
      );
      const { supportedArchitectures } = await import("../llama/supported-architectures.ts");
      const { llamaRelease } = await import("../llama/libraries.ts");
      const supported = new Set(await supportedArchitectures(knownArchitectures.map(nameOf)));
      const found = knownArchitectures.filter(({ name }) => supported.has(name));
      const page = toPage(llamaRelease, found, unservedReasons);
      console.log(json ? toJson(found, unservedReasons) : page);
    });
}

const nameOf = ({ name }: { name: string }) => name;

function toJson(found: readonly Architecture[], unserved: Unserved): string {
  const rows = found.map(({ name, use }) => ({ name, use, served: unserved[use] === undefined }));
  return JSON.stringify(rows, null, 2);
}

function toPage(release: string, found: readonly Architecture[], unserved: Unserved): string {
  const uses = [...new Set(found.map(({ use }) => use))];
  const sections = uses.map((use) => {
    const names = found.filter((each) => each.use === use).map(nameOf);
    const why = unserved[use];
    const title = why === undefined ? `Served: ${use}` : `Not served, since ${why}`;
    return `\n${title} (${names.length}):\n${wrapped(names)}`;
  });
  return [`llama.cpp ${release} supports ${found.length} architectures.`, ...sections].join("\n");
}

const pageWidth = 98;

function wrapped(names: readonly string[]): string {
  const lines = [""];
  for (const name of names) {
    const line = `${lines.at(-1)} ${name}`;
    if (line.length <= pageWidth) lines[lines.length - 1] = line;
    else lines.push(` ${name}`);
  }
  return lines.map((line) => ` ${line}`).join("\n");
}

function devicesCommand(): Command {
  return new Command("devices")
    .description("the GPUs that llama.cpp sees, as --devices of a worker names them")
    .option("--gpu <kind>", gpus.join(", "), "auto")
    .option("--json", "a list of {name, description, memory_bytes, free_bytes}")
    .action(async ({ gpu, json }: { gpu: string; json?: boolean }) => {
      const { checkFlags } = await import("./flags.ts");
      const { ModelConfig } = await import("../protocol/config.ts");
      const { gpu: choice } = checkFlags(ModelConfig.pick({ gpu: true }), { gpu });
      const rows = await devicesOf(choice);
      console.log(json ? JSON.stringify(rows, null, 2) : rows.map(toLine).join("\n") || noGpu);
    });
}

const noGpu = "llama.cpp sees no GPU here.";

async function devicesOf(choice: GpuChoice) {
  const { findLibraries } = await import("../llama/libraries.ts");
  const { gpuDevices, memoryOf, startNative } = await import("../llama/native.ts");
  const native = startNative(findLibraries(choice), choice, () => {});
  return gpuDevices(native).map(({ pointer, name, description }) => {
    const { totalBytes, freeBytes } = memoryOf(native, pointer);
    return { name, description, memory_bytes: totalBytes, free_bytes: freeBytes };
  });
}

type Device = Awaited<ReturnType<typeof devicesOf>>[number];

const toLine = ({ name, description, memory_bytes: memory, free_bytes: free }: Device) =>
  `${name}: ${description}, ${toGb(free)} of ${toGb(memory)} GB free`;
const toGb = (bytes: number) => (bytes / 1e9).toFixed(1);
