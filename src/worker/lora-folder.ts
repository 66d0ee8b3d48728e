/** @file Which files a request may have loaded as adapters: those in the folder of `--lora-dir`. */
import { realpath, stat } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { ForbiddenError } from "../errors/access-errors.ts";
import { InvalidRequestError } from "../errors/request-errors.ts";

/**
 * The file that a path means, absolute or within the folder, behind every link.
 *
 * @throws {ForbiddenError} it lies elsewhere, or there is no such folder.
 * @throws {InvalidRequestError} there is no such file.
 */
export async function loraFile(folder: string | undefined, path: string): Promise<string> {
  if (folder === undefined)
    throw new ForbiddenError(
      "This worker loads no LoRA adapters by request; start it with --lora-dir FOLDER.",
    );
  const root = await realpath(folder).catch(() => resolve(folder));
  const wanted = resolve(root, path);
  const found = await realpath(wanted).catch(() => null);
  // What does not exist elsewhere is told apart from what does to nobody.
  if (!isWithin(root, found ?? wanted))
    throw new ForbiddenError("LoRA adapters are loaded from the folder of --lora-dir alone.");
  if (found === null || !(await stat(found)).isFile())
    throw new InvalidRequestError(
      `There is no file '${path}' in the folder of --lora-dir; an adapter is a GGUF file.`,
      "lora_path",
    );
  return found;
}

function isWithin(root: string, path: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}
