#!/usr/bin/env node
/** @file Starts the command line: the built one, or, in a checkout without dist/, the sources through tsx. */
import { existsSync } from "node:fs";
import nodeModule from "node:module";

const built = new URL("../dist/cli/main.js", import.meta.url);
const fromSource = process.execArgv.includes("tsx") || !existsSync(built);

nodeModule.enableCompileCache?.();
if (fromSource && !process.execArgv.includes("tsx")) (await import("tsx/esm/api")).register();
const { main } = await import(fromSource ? "../src/cli/main.ts" : built.href);

process.exitCode = await main(process.argv.slice(2));
// A library's leftover handle must not keep a finished command alive.
setTimeout(() => process.exit(), 500).unref();
