/** @file The sources of llama.cpp that node-llama-cpp bundles: what our declarations are held against. */
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Checks `paths` of the sources out under `folder`; returns where they lie. */
export function llamaSource(folder: string, ...paths: string[]): string {
  const entry = createRequire(import.meta.url).resolve("node-llama-cpp");
  const bundle = join(dirname(entry), "..", "llama", "gitRelease.bundle");
  const source = join(folder, "llama.cpp");
  execFileSync("git", ["clone", "-q", "--no-checkout", bundle, source], { stdio: "ignore" });
  execFileSync("git", ["-C", source, "checkout", "-q", "HEAD", "--", ...paths]);
  return source;
}
