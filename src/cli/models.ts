/** @file `fastchat models`: what the installed llama.cpp can serve, and where. */
import { Command } from "commander";
import { closeNames } from "../chat/close-names.ts";
import { UsageError } from "../errors/usage-error.ts";
import type { Architecture, ArchitectureUse } from "../llama/known-architectures.ts";
import type { GpuChoice } from "../llama/libraries.ts";
import { gpus } from "../protocol/config.ts";
import { either } from "../protocol/kind-words.ts";

type Unserved = { [use in ArchitectureUse]?: string };

const notes = `
Examples:
  fastchat models archs                 whose GGUF files can be served
  fastchat models archs qwen gemma      those with qwen or gemma in their names
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
    .argument("[names...]", "only those with one of these in their name: qwen, bert")
    .option("--json", "a list of {name, use, served}")
    .action(async (names: string[], { json }: { json?: boolean }) => {
      const { knownArchitectures, unservedReasons } = await import(
        "../llama/known-architectures.ts"
      );
      const { supportedArchitectures } = await import("../llama/supported-architectures.ts");
      const { llamaRelease } = await import("../llama/libraries.ts");
      const supported = new Set(await supportedArchitectures(knownArchitectures.map(nameOf)));
      const all = knownArchitectures.filter(({ name }) => supported.has(name));
      const found = named(names, all);
      const page = toPage(headline(llamaRelease, names, found.length), found, unservedReasons);
      console.log(json ? toJson(found, unservedReasons) : page);
    });
}

/** @throws {UsageError} one of the names is in none's. */
function named(names: readonly string[], all: readonly Architecture[]): readonly Architecture[] {
  if (names.length === 0) return all;
  const wanted = names.map((name) => name.toLowerCase());
  const lost = wanted.find((part) => all.every(({ name }) => !name.includes(part)));
  if (lost !== undefined) throw new UsageError(unknownArchitecture(lost, all.map(nameOf)));
  return all.filter(({ name }) => wanted.some((part) => name.includes(part)));
}

function unknownArchitecture(name: string, all: readonly string[]): string {
  const close = closeNames(name, all).map((one) => `'${one}'`);
  const meant =
    close.length > 0 ? `did you mean ${either(close)}?` : "fastchat models archs lists them all.";
  return `llama.cpp supports no architecture with '${name}' in its name: ${meant}`;
}

function headline(release: string, names: readonly string[], count: number): string {
  const part = names.length === 0 ? "" : ` with ${either(names)} in their names`;
  return `llama.cpp ${release} supports ${count} architecture${count === 1 ? "" : "s"}${part}.`;
}

const nameOf = ({ name }: { name: string }) => name;

function toJson(found: readonly Architecture[], unserved: Unserved): string {
  const rows = found.map(({ name, use }) => ({ name, use, served: unserved[use] === undefined }));
  return JSON.stringify(rows, null, 2);
}

function toPage(head: string, found: readonly Architecture[], unserved: Unserved): string {
  const uses = [...new Set(found.map(({ use }) => use))];
  const sections = uses.map((use) => {
    const names = found.filter((each) => each.use === use).map(nameOf);
    const why = unserved[use];
    const title = why === undefined ? `Served: ${use}` : `Not served, since ${why}`;
    return `\n${title} (${names.length}):\n${wrapped(names)}`;
  });
  return [head, ...sections].join("\n");
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
