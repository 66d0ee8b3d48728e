/** @file Writes the conversations that the embedded models learn from: `node write-lessons.js PATH`. */
import { writeFileSync } from "node:fs";
import { uniform } from "../../fresh/random.ts";
import { teach } from "./conversations.ts";

const [path = "lessons.jsonl"] = process.argv.slice(2);
const lines = teach(uniform(1)).map((conversation) => `${JSON.stringify(conversation)}\n`);
writeFileSync(path, lines.join(""));
console.log(`${lines.length} conversations written to ${path}`);
