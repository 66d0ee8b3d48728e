/** @file The house's own rules: a room sees only the rows above it, and each door has one keeper. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const source = resolve(dirname(fileURLToPath(import.meta.url)), "../src");

/** Row by row; a room may import its own files and those of the rows above. */
const rows = [
  ["errors"],
  ["protocol"],
  ["grammar"],
  ["chat", "dialects", "rating", "routing"],
  ["llama", "store", "http", "files"],
  ["engine", "serving", "remote", "fresh", "battles", "data", "page"],
  ["controller", "worker", "api", "arena", "rank", "train", "eval", "models", "bench"],
  ["cli"],
];

/** Packages that only one place may use: what it is, and which files may. */
const doors: [what: string, packages: RegExp, keepers: RegExp][] = [
  ["native code", /^(koffi|node-llama-cpp)$/, /^(llama\/|models\/download\.ts)/],
  ["SQL", /^better-sqlite3$/, /^store\//],
  ["sockets", /^(node:(http|https|net|tls)|@hono\/node-server.*)$/, /^http\//],
  ["the command line", /^commander$/, /^cli\//],
  ["YAML", /^yaml$/, /^cli\//],
  ["HTML", /^htmlparser2$/, /^data\/html-markdown\.ts$/],
  [
    "charts",
    /^(@observablehq\/plot|linkedom)$/,
    /^(rank\/|arena\/)?page\/(board\/|admin\/)?charts\//,
  ],
  ["the browser's interface", /^preact(\/|$)/, /^arena\/page\//],
];

/** The Arena's page runs in a browser: of the house it knows the messages alone, as types. */
const page = "arena/page/";

type Import = { file: string; line: number; specifier: string };

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => file.replaceAll("\\", "/"));
const imports = files.flatMap(importsOf);

/** Static, dynamic, side-effect and type imports, with their line. */
function importsOf(file: string): Import[] {
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*)["']([^"'\n]+)["']/g;
  const text = readFileSync(join(source, file), "utf8");
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    line: text.slice(0, match.index).split("\n").length,
    specifier: match[1] ?? "",
  }));
}

const roomOf = (file: string) => file.split("/")[0] ?? "";
const rowOf = (room: string) => rows.findIndex((row) => row.includes(room));
const targetOf = ({ file, specifier }: Import) =>
  relative(source, resolve(source, dirname(file), specifier)).replaceAll("\\", "/");
const inside = imports.filter(({ specifier }) => specifier.startsWith("."));
const place = ({ file, line, specifier }: Import) => `src/${file}:${line} imports ${specifier}`;

describe("the rooms", () => {
  test("are all in the table", () => {
    expect(files.map(roomOf).filter((room) => rowOf(room) < 0)).toEqual([]);
  });

  test("import nothing from their own row or from below", () => {
    const wrong = inside.filter((one) => {
      const [from, to] = [roomOf(one.file), roomOf(targetOf(one))];
      return from !== to && rowOf(to) >= rowOf(from);
    });
    expect(wrong.map(place)).toEqual([]);
  });

  test("let the page in the browser see nothing but the types of messages", () => {
    const foreign = imports.filter((one) => {
      if (!one.file.startsWith(page) || !one.specifier.startsWith(".")) return false;
      const target = targetOf(one);
      return !target.startsWith(page) && !/^(protocol|errors)\//.test(target);
    });
    expect(foreign.map(place)).toEqual([]);
    const insiders = inside.filter(
      (one) => !one.file.startsWith(page) && targetOf(one).startsWith(page),
    );
    expect(insiders.map(place)).toEqual([]);
  });

  test("import files that exist, with their ending", () => {
    const missing = inside.filter(
      (one) => !files.includes(targetOf(one)) && !one.specifier.endsWith(".css"),
    );
    expect(missing.map(place)).toEqual([]);
  });

  test("have no cycle of files, types counted", () => {
    expect(findCycle()).toEqual([]);
  });

  test.for(doors)("use %s only through its door", ([, packages, keepers]) => {
    const wrong = imports.filter(
      ({ file, specifier }) => packages.test(specifier) && !keepers.test(file),
    );
    expect(wrong.map(place)).toEqual([]);
  });

  test("open each file with a sentence on what it is for", () => {
    const silent = files.filter(
      (file) =>
        !readFileSync(join(source, file), "utf8").startsWith("/** @file") &&
        !readFileSync(join(source, file), "utf8").startsWith("/**\n * @file"),
    );
    expect(silent).toEqual([]);
  });
});

/** The files of one import cycle, or none. */
function findCycle(): string[] {
  const edges = new Map(files.map((file) => [file, inside.filter((one) => one.file === file)]));
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const one of edges.get(file) ?? []) {
      const cycle = visit(targetOf(one), [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  for (const file of files) {
    const cycle = visit(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
