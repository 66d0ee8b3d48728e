/** @file `fastchat arena` as a user starts it, alone and inside `fastchat up`. */
import { type ChildProcess, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { toArenaOptions } from "../../src/cli/arena-run.ts";
import { UsageError } from "../../src/errors/usage-error.ts";
import type { SessionView } from "../../src/protocol/arena.ts";
import { ArenaConfig } from "../../src/protocol/arena-config.ts";
import { type ModelApi, serveModelApi } from "../arena/model-api.ts";
import { runProgram, startProgram, waitFor } from "./program.ts";

let folder: string;
let api: ModelApi;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-arena-cli-"));
  api = await serveModelApi();
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

const newFolder = () => mkdtempSync(join(folder, "data-"));

/** Runs until it is killed; `said` is what it wrote to stderr so far. */
function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = startProgram(args, env);
  started.push(child);
  let stderr = "";
  child.stderr.on("data", (part) => {
    stderr += part;
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    return code;
  };
  return { child, stop, said: () => stderr };
}

async function startArena(flags: string[], { input = "", env = {} } = {}) {
  const started = start(["arena", "--port", "0", "--data-dir", newFolder(), ...flags], env);
  started.child.stdin.end(input);
  const [, url = ""] = await waitFor(started.child, /^arena ready at (\S+)\n$/);
  return { ...started, url };
}

async function sessionOf(url: string): Promise<SessionView> {
  return (await (await fetch(`${url}/api/session`)).json()) as SessionView;
}

const namesIn = ({ models }: SessionView) => models.map(({ name }) => name).sort();

async function occupy(port: number) {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening").catch(() => {}); // somebody else has it: as good
  return {
    port: (server.address() as AddressInfo | null)?.port ?? port,
    free: () => server.close(),
  };
}

describe("fastchat arena", { timeout: 30_000 }, () => {
  test("serves the page in front of any API, and says where the admin's key is", async () => {
    const { url, said, stop } = await startArena(["--api-base", `${api.url}/v1`]);
    expect(namesIn(await sessionOf(url))).toEqual(["alpha", "beta"]);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toContain("text/html");

    const [, admin, file = ""] = /^Admin: (\S+), with the key in (.+)\n$/.exec(said()) ?? [];
    expect(admin).toBe(`${url}/admin`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const login = await fetch(`${url}/api/admin/login`, {
      method: "POST",
      headers: { origin: url, "content-type": "application/json" },
      body: JSON.stringify({ key: readFileSync(file, "utf8").trim() }),
    });
    expect(await login.json()).toEqual({ admin: true });
    expect(await stop()).toBe(0);
  });

  test("takes its settings from standard input, too large for an environment variable", async () => {
    const system_prompt = "Be brief.\n“ü\u2028".repeat(7000);
    const models = { alpha: { hidden: true, system_prompt }, beta: { system_prompt } };
    const input = JSON.stringify({ arena: { title: "Ours", api_url: `${api.url}/v1/`, models } });
    const { url, stop } = await startArena(["--config", "-"], { input });
    const session = await sessionOf(url);
    expect(session.title).toBe("Ours");
    expect(namesIn(session)).toEqual(["beta"]);
    expect(await stop()).toBe(0);
  });

  test("says what it means to listen beyond this machine", async () => {
    const { said } = await startArena(["--host", "0.0.0.0", "--api-base", api.url]);
    await expect.poll(said).toMatch(/^Anybody who reaches this address may chat .*$/m);
  });

  test.for([
    [
      ["--api-key-env", "NOT_SET"],
      "The variable NOT_SET, which is to hold the API's key, is not set.",
    ],
    [["--admin-key-file", "/nowhere"], "Cannot read the key file '/nowhere'."],
    [
      ["--trusted-proxy", "proxy"],
      "'proxy' is no address of a proxy: give one like 10.0.0.1 or 10.0.0.0/8.",
    ],
    [["--config", "-"], "standard input:1: arena.title: must be a string, not 3"],
  ] as const)("answers %j in one line, and with 1", async ([flags, sentence]) => {
    const args = ["arena", "--port", "0", "--data-dir", newFolder(), ...flags];
    const input = "arena: {title: 3}";
    expect(await runProgram(args, { input })).toEqual({
      code: 1,
      stdout: "",
      stderr: `fastchat: ${sentence}\n`,
    });
  });
});

describe("toArenaOptions", () => {
  const write = (text: string) => {
    const file = join(newFolder(), "models.yaml");
    writeFileSync(file, text);
    return file;
  };

  test("needs nothing", () => {
    expect(toArenaOptions({}, { HOME: folder })).toMatchObject({
      host: "127.0.0.1",
      port: 7860,
      apiUrl: "http://127.0.0.1:8000",
      apiKey: undefined,
      adminKey: undefined,
      moderationKey: undefined,
      allowedHosts: [],
      config: ArenaConfig.parse({}),
    });
  });

  test("takes what the file says, with its keys out of the environment", () => {
    const config = write(`
arena_host: 127.0.0.2
arena_port: 80
data_dir: votes
arena:
  api_url: http://box:9/v1
  api_key_env: BOX_KEY
  admin_key_env: OUR_KEY
  moderation: {url: http://judge, api_key_env: JUDGE_KEY}
`);
    const env = { BOX_KEY: "b", OUR_KEY: "o", JUDGE_KEY: "j", FASTCHAT_API_KEY: "other" };
    expect(toArenaOptions({ config }, env)).toMatchObject({
      host: "127.0.0.2",
      port: 80,
      apiUrl: "http://box:9",
      apiKey: "b",
      adminKey: "o",
      moderationKey: "j",
      dataDir: join(config, "..", "votes"),
    });
    expect(() => toArenaOptions({ config }, { ...env, JUDGE_KEY: "" })).toThrow(UsageError);
  });

  test("lets flags win, and adds the proxies of both", () => {
    const config = write("arena_port: null\narena: {api_url: http://box, trusted_proxies: [::1]}");
    const adminKeyFile = write("# ours\n\n  secret \n");
    const flags = {
      config,
      adminKeyFile,
      apiBase: "https://far/v1/",
      trustedProxy: ["10.0.0.0/8"],
      allowedHost: ["Arena.example.com"],
    };
    expect(toArenaOptions(flags, { FASTCHAT_API_KEY: "usual" })).toMatchObject({
      port: 7860,
      apiUrl: "https://far",
      apiKey: "usual",
      adminKey: "secret",
      allowedHosts: ["arena.example.com"],
      config: { trusted_proxies: ["::1", "10.0.0.0/8"] },
    });
  });
});

/** The children of `parent` that run the Arena and still live. */
function arenasOf(parent: number | undefined) {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  return stdout.split("\n").flatMap((row) => {
    const [, pid, ppid, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    const isOurs = Number(ppid) === parent && args.includes("fastchat.js arena");
    return isOurs ? [{ pid: Number(pid), args }] : [];
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function startUp(flags: string[] = ["--arena-port", "0"], env: NodeJS.ProcessEnv = {}) {
  const ports = ["--api-port", "0", "--controller-port", "0"];
  const up = start(["up", ...ports, "--data-dir", newFolder(), ...flags], env);
  const [, url = ""] = await waitFor(up.child, /^fastchat ready at (\S+)\n$/);
  /** The Arena's address, once it is ready. */
  const arena = async () => {
    await expect.poll(up.said, { timeout: 20_000 }).toMatch(/^Arena: http/m);
    return /^Arena: (\S+)$/m.exec(up.said())?.[1] ?? "";
  };
  return { ...up, url, arena };
}

describe("fastchat up", { timeout: 60_000 }, () => {
  test("has an Arena over its models, which comes back where it was while the api goes on", async () => {
    const { child, url, arena, said, stop } = await startUp();
    const address = await arena();
    const embedded = ["fastchat-micro", "fastchat-tiny"];
    await expect.poll(async () => namesIn(await sessionOf(address))).toEqual(embedded);

    const [before] = arenasOf(child.pid);
    process.kill(before?.pid ?? -1, "SIGKILL");
    await expect.poll(said, { timeout: 5000 }).toContain("[arena] died (SIGKILL)");
    expect((await fetch(`${url}/v1/models`)).status).toBe(200);
    const served = () =>
      fetch(address).then(
        ({ status }) => status,
        () => "down",
      );
    await expect.poll(served, { timeout: 20_000, interval: 100 }).toBe(200);
    const [after] = arenasOf(child.pid);
    expect(after?.pid).not.toBe(before?.pid);

    expect(await stop()).toBe(0);
    expect(isAlive(after?.pid ?? -1)).toBe(false);
  });

  test("hands the Arena its key, out of everybody's sight, and takes it along when killed", async () => {
    const config = join(folder, "keyed.yaml");
    writeFileSync(config, "api_keys: [a-long-key]\narena_port: 0\narena: {title: Locked}\n");
    const { child, arena } = await startUp(["--config", config]);
    const session = await sessionOf(await arena());
    expect(session.title).toBe("Locked");
    await expect.poll(async () => namesIn(await sessionOf(await arena()))).toHaveLength(2);
    const [running] = arenasOf(child.pid);
    expect(running?.args).not.toContain("a-long-key");

    child.kill("SIGKILL");
    await expect.poll(() => isAlive(running?.pid ?? -1), { timeout: 6000 }).toBe(false);
  });

  test("goes elsewhere when the usual port is taken", async () => {
    const usual = await occupy(7860);
    const { arena, said, stop } = await startUp([]);
    const { port } = new URL(await arena());
    expect(said()).toContain(`Port 7860 is taken: the Arena listens on ${port} instead.\n`);
    expect(await stop()).toBe(0);
    usual.free();
  });

  test("serves the rest when the port that was chosen is taken", async () => {
    const chosen = await occupy(0);
    const { url, said, stop } = await startUp(["--arena-port", String(chosen.port)]);
    const why = `the Arena is not served: Another program listens on 127.0.0.1:${chosen.port}: stop it, or choose another port with --arena-port`;
    await expect.poll(said, { timeout: 20_000 }).toContain(why);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(said()).not.toContain("Arena: http");
    expect(await stop()).toBe(0);
    chosen.free();
  });

  test("has none with --no-arena", async () => {
    const { child, stop } = await startUp(["--no-arena"]);
    expect(arenasOf(child.pid)).toEqual([]);
    expect(await stop()).toBe(0);
  });
});
