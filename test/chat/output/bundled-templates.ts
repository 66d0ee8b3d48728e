/** @file The chat templates inside the bundle of llama.cpp's sources that node-llama-cpp brings along. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export type BundledTemplate = { name: string; template: string };

const folder = "models/templates";

/** Why they cannot be read here; null where they can. */
export function missingTemplates(): string | null {
  if (!existsSync(bundlePath())) return `there is no ${bundlePath()}`;
  try {
    execFileSync("git", ["--version"], { stdio: "ignore" });
    return null;
  } catch {
    return "there is no git";
  }
}

/** Every `models/templates/*.jinja`, by name. */
export function bundledTemplates(): BundledTemplate[] {
  const scratch = mkdtempSync(join(tmpdir(), "bundled-templates-"));
  try {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: scratch, stdio: "pipe" });
    git("clone", "--quiet", "--no-checkout", bundlePath(), "llama.cpp");
    git("-C", "llama.cpp", "checkout", "--quiet", "HEAD", "--", folder);
    const read = join(scratch, "llama.cpp", folder);
    return readdirSync(read)
      .filter((file) => file.endsWith(".jinja"))
      .sort()
      .map((file) => ({
        name: file.slice(0, -".jinja".length),
        template: readFileSync(join(read, file), "utf8"),
      }));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function bundlePath(): string {
  const library = "../../../node_modules/node-llama-cpp/llama/gitRelease.bundle";
  return fileURLToPath(new URL(library, import.meta.url));
}

/** Every spelling in a template that a model may have as a control token. */
export function likelyControls(template: string): string[] {
  const spelling =
    /<[|｜][^<>\n'"]{1,40}[|｜]?>|<[^<>\n'" ]{1,30}[|｜]>|<\/?[a-z_:]{3,20}>|\[\/?[A-Z_]{3,}\]/g;
  return [...new Set(template.match(spelling))];
}
