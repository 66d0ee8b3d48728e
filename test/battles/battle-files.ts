/** @file Battles in each of the layouts that are published, and files of them, for the readers' tests. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { SchemaElement } from "hyparquet";
import { parquetWriteBuffer } from "hyparquet-writer";
import { type ReadOptions, type ReadResult, readBattles } from "../../src/battles/read-battles.ts";

const folder = mkdtempSync(join(tmpdir(), "fastchat-battles-"));
let files = 0;

/** A new file; its name ends as given. */
export function fileOf(ending: string, content: string | Uint8Array): string {
  const path = join(folder, `${files++}-${ending}`);
  writeFileSync(path, content);
  return path;
}

export const defaults: Omit<ReadOptions, "files"> = {
  features: [],
  keep: new Set(),
  banned: new Set(),
  detectLanguage: false,
  withCategories: false,
  withPrompts: false,
  withJudges: true,
  strict: false,
  onProgress: () => {},
};

/** What is read from the files, with options that differ from the plainest ones. */
export function read(
  paths: string | readonly string[],
  options: Partial<ReadOptions> = {},
): Promise<ReadResult> {
  return readBattles({ ...defaults, ...options, files: [paths].flat() });
}

export const jsonl = (rows: readonly unknown[]) =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join("");

export const gzipped = (text: string) => gzipSync(text);

/** Nested values as JSON, as pandas writes what it has read from JSON. */
export function csv(rows: readonly Record<string, unknown>[]): string {
  const names = Object.keys(rows[0]);
  const lines = rows.map((row) => names.map((name) => toCell(row[name])).join(","));
  return `${[names.join(","), ...lines].join("\n")}\n`;
}

function toCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return `"${text.replaceAll('"', '""')}"`;
}

const text = (name: string): SchemaElement => ({
  name,
  type: "BYTE_ARRAY",
  converted_type: "UTF8",
  repetition_type: "OPTIONAL",
});
const integer = (name: string): SchemaElement => ({
  name,
  type: "INT64",
  repetition_type: "OPTIONAL",
});
const group = (name: string, members: SchemaElement[], children = 1): SchemaElement[] => [
  { name, num_children: children, repetition_type: "OPTIONAL" },
  ...members,
];
const list = (name: string, members: SchemaElement[]): SchemaElement[] => [
  { name, num_children: 1, repetition_type: "OPTIONAL", converted_type: "LIST" },
  { name: "list", num_children: 1, repetition_type: "REPEATED" },
  ...members,
];

const parts = list("content", group("element", [text("type"), text("text")], 2));
const turns = (name: string) => list(name, group("element", [text("role"), ...parts], 2));
const sideCounts = ["a", "b"].flatMap((side) => [
  integer(`sum_assistant_${side}_tokens`),
  ...group(`bold_count_${side}`, [integer("**"), integer("__")], 2),
]);

const columns: Record<string, SchemaElement[]> = {
  model_a: [text("model_a")],
  model_b: [text("model_b")],
  winner: [text("winner")],
  judge: [text("judge")],
  language: [text("language")],
  tstamp: [{ name: "tstamp", type: "DOUBLE", repetition_type: "OPTIONAL" }],
  timestamp: [
    {
      name: "timestamp",
      type: "INT64",
      converted_type: "TIMESTAMP_MICROS",
      repetition_type: "OPTIONAL",
    },
  ],
  conversation_a: turns("conversation_a"),
  conversation_b: turns("conversation_b"),
  conv_metadata: group("conv_metadata", sideCounts, 4),
};

/** The given columns of the 140k set's layout. */
export function parquet(rows: readonly Record<string, unknown>[], rowGroupSize: number) {
  const names = Object.keys(rows[0]);
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: names.map((name) => ({ name, data: rows.map((row) => stored(row[name])) })),
      schema: [
        { name: "root", num_children: names.length },
        ...names.flatMap((name) => columns[name] ?? []),
      ],
      rowGroupSize,
    }),
  );
}

/** Integers as the writer wants them; `tstamp`, which is not nested, is none. */
function stored(value: unknown, nested = false): unknown {
  if (typeof value === "number") return nested ? BigInt(value) : value;
  if (value === null || typeof value !== "object" || value instanceof Date) return value ?? null;
  if (Array.isArray(value)) return value.map((one) => stored(one, true));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, stored(one, true)]));
}

/** Asks for no more than who met whom and who won. */
export const nothing = {
  features: [],
  withCategories: false,
  withPrompts: false,
  withJudges: true,
  detectLanguage: null,
};
