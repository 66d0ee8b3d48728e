/**
 * @file The models that serve when the user has none. Our own trainer made them from scratch, out of the
 * lessons in `embedded/` (`make models`), and they come with the package.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UsageError } from "../errors/usage-error.ts";

/** The stronger first. */
const names = ["fastchat-tiny", "fastchat-micro"] as const;

/**
 * The paths of the embedded chat models; the files are named for the models.
 *
 * @throws {UsageError} a file is missing.
 */
export function embeddedModels(): string[] {
  const paths = names.map((name) => fileURLToPath(new URL(`${name}.gguf`, folder)));
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined)
    throw new UsageError(
      `The embedded model '${missing}' is missing: install FastChat again, or name a model with --model-path.`,
    );
  return paths;
}

/**
 * The path of an embedded model by its name alone; a file of that name goes first.
 *
 * @throws {UsageError} it is missing.
 */
export function embeddedModel(name: string): string | undefined {
  const at = ([...names] as string[]).indexOf(name);
  return at < 0 ? undefined : embeddedModels()[at];
}

/** In the sources, from where the built code finds it too: tsc copies no models. */
const folder = new URL("../../src/models/embedded/", import.meta.url);
