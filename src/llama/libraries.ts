/**
 * @file Finds the llama.cpp libraries that node-llama-cpp ships or has built here, best GPU first.
 *
 * node-llama-cpp chooses, ships and builds; we only look where it puts things: its platform
 * packages (`@node-llama-cpp/linux-x64-cuda` …) and its `localBuilds` folder.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import koffi from "koffi";
import { UsageError } from "../errors/usage-error.ts";
import type { ModelConfig } from "../protocol/config.ts";

export type GpuChoice = ModelConfig["gpu"];
export type Gpu = Exclude<GpuChoice, "auto">;

/** Best first. */
const preferred: readonly Gpu[] = ["cuda", "metal", "vulkan", "cpu"];

/** The llama.cpp release whose C API we declare; node-llama-cpp is pinned to the version that ships it. */
export const llamaRelease = "v0.5.0";

export type Libraries = {
  gpu: Gpu;
  /** Holds the libraries and `llama-addon.node`. */
  directory: string;
  /** A backend built for an older driver (CUDA 12), loaded from beside the main package. */
  extraBackend: string | null;
};

/**
 * Finds the libraries for `choice`; `auto` takes the first of CUDA, Metal, Vulkan and CPU whose
 * backend this machine can load.
 *
 * @throws {UsageError} they are not installed, or cannot be loaded here; the sentence says why.
 */
export function findLibraries(choice: GpuChoice): Libraries {
  const reasons: string[] = [];
  for (const gpu of choice === "auto" ? preferred : [choice]) {
    const found = tryLibraries(gpu);
    if (typeof found !== "string") return found;
    reasons.push(found);
  }
  throw new UsageError(
    choice === "auto"
      ? `llama.cpp's libraries are missing: ${reasons.at(-1)} Run 'npm install' again.`
      : `--gpu ${choice} is not possible here: ${reasons[0]} '--gpu auto' takes what is there.`,
  );
}

/** The library file in `directory` whose name (without `lib`, version and ending) matches. */
export function libraryFile(directory: string, name: RegExp): string {
  const file = readdirSync(directory).find((entry) => name.test(entry));
  if (file === undefined)
    throw new UsageError(`${directory} holds no library like ${name.source}.`);
  return join(directory, file);
}

function tryLibraries(gpu: Gpu): Libraries | string {
  const directory = binsDirectory(gpu) ?? localBuild(gpu);
  if (directory === null)
    return `the ${gpu} build of llama.cpp is not installed${installHint(gpu)}.`;
  const release = releaseOf(directory);
  if (release !== llamaRelease)
    return `${directory} holds llama.cpp ${release}, and this FastChat needs ${llamaRelease}.`;
  if (gpu === "cpu" || gpu === "metal") return { gpu, directory, extraBackend: null };
  const failure = loadFailure(backendFile(directory, gpu));
  if (failure === null) return { gpu, directory, extraBackend: null };
  const extra = binsDirectory(gpu, "-ext");
  const extraBackend = extra === null ? null : backendFile(join(extra, "fallback"), gpu);
  if (extraBackend !== null && loadFailure(extraBackend) === null)
    return { gpu, directory, extraBackend };
  return `its ${gpu} backend cannot be loaded (${failure}).`;
}

function installHint(gpu: Gpu): string {
  const name = packageName(gpu);
  return gpu === "cuda" || gpu === "vulkan" ? ` (npm install --no-save ${name}@3.22.1)` : "";
}

function packageName(gpu: Gpu): string {
  const system = {
    linux: "linux",
    android: "linux",
    win32: "win",
    darwin: "mac",
  }[process.platform as string];
  const arch = process.arch === "arm" ? "armv7l" : process.arch;
  return `@node-llama-cpp/${system}-${arch}${gpu === "cpu" ? "" : `-${gpu}`}`;
}

function binsDirectory(gpu: Gpu, suffix = ""): string | null {
  const name = packageName(gpu);
  const folder = name.slice(name.indexOf("/") + 1);
  try {
    const entry = createRequire(import.meta.url).resolve(`${name}${suffix}`);
    const directory = join(dirname(entry), "..", "bins", folder);
    readdirSync(directory);
    return directory;
  } catch {
    return null; // not installed, or another package stands in its place
  }
}

function localBuild(gpu: Gpu): string | null {
  try {
    const entry = createRequire(import.meta.url).resolve("node-llama-cpp");
    const builds = join(dirname(entry), "..", "llama", "localBuilds");
    const folder = packageName(gpu).split("/")[1] ?? "";
    const exact = readdirSync(builds).find((name) => name === folder);
    return exact === undefined ? null : join(builds, exact, "Release");
  } catch {
    return null;
  }
}

function releaseOf(directory: string): string {
  try {
    const metadata = readFileSync(join(directory, "_nlcBuildMetadata.json"), "utf8");
    return JSON.parse(metadata).buildOptions.llamaCpp.release;
  } catch {
    return "of an unknown release";
  }
}

function backendFile(directory: string, gpu: Gpu): string {
  return libraryFile(directory, new RegExp(`^(lib)?ggml-${gpu}\\.(so|dll|dylib)$`));
}

/** Loads the file once: a missing driver or runtime library shows here, as the system words it. */
function loadFailure(file: string): string | null {
  try {
    koffi.load(file);
    return null;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  }
}
