/** @file Models of other servers as a user names them: by flags, in models.yaml, in FastChat's file. */
import { type ChildProcess, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { readConfigFile, readRemoteFile } from "../../src/cli/config-file.ts";
import { readEndpointFile } from "../../src/cli/endpoint-file.ts";
import { remoteModels } from "../../src/cli/remote-worker.ts";
import { workerCommand } from "../../src/cli/worker.ts";
import { RemoteConfig } from "../../src/protocol/remote-config.ts";
import { post } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";
import { serveStub } from "../support/upstream-stub.ts";
import { runProgram, startProgram, waitFor } from "./program.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fastchat-remote-"));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

function written(name: string, content: string | object): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function fromArgs(...args: string[]) {
  const command = workerCommand().action(() => {});
  return remoteModels(command.parse(args, { from: "user" }).opts());
}

describe("fastchat worker --backend", () => {
  test("reads every flag", () => {
    vi.stubEnv("MY_KEY", "sk-mine");
    const [model] = fromArgs(
      ...["--backend=openai", "--upstream=http://gpu:8000/", "--upstream-model=Qwen/Qwen3-8B"],
      ...["--api-key-env=MY_KEY", "--model-names=qwen,gpt-4o", "--vision=true"],
      ...["--context-size=4096", "--capabilities=chat", "--no-streams", "--upstream-timeout=60"],
      ...["--temperature=0.3", "--top-p=0.9", "--max-tokens=99", '--extra-body={"a":1}'],
      ...["--allowed-image-hosts=a.example", "--limit-worker-concurrency=7"],
      "--upstream-kind=vllm",
    );
    expect(model).toEqual({
      backend: "openai",
      url: "http://gpu:8000/",
      kind: "vllm",
      apiKey: "sk-mine",
      upstreamModel: "Qwen/Qwen3-8B",
      names: ["qwen", "gpt-4o"],
      vision: true,
      contextSize: 4096,
      capabilities: ["chat"],
      extraBody: { a: 1 },
      streams: false,
      silenceMs: 60_000,
      defaults: { temperature: 0.3, top_p: 0.9, max_tokens: 99 },
      limitConcurrency: 7,
      allowedImageHosts: ["a.example"],
    });
  });

  test("sends a provider's usual key to the provider alone", () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-openai");
    expect(fromArgs("--backend=openai")[0]).toMatchObject({
      url: "https://api.openai.com/v1",
      apiKey: "sk-openai",
    });
    expect(fromArgs("--backend=openai", "--upstream=http://gpu:8000")[0]?.apiKey).toBeUndefined();
  });

  test.for([
    [["--backend=openai"], "OPENAI_API_KEY"],
    [["--backend=anthropic"], "ANTHROPIC_API_KEY"],
    [["--backend=gemini"], "GEMINI_API_KEY or GOOGLE_API_KEY"],
    [["--backend=openai", "--upstream=https://api.mistral.ai"], "MISTRAL_API_KEY"],
    [["--backend=openai", "--upstream=https://api.cohere.com"], "COHERE_API_KEY or CO_API_KEY"],
    [
      ["--backend=openai", "--upstream=https://me.openai.azure.com"],
      "AZURE_OPENAI_API_KEY or AZURE_OPENAI_KEY",
    ],
  ] as const)(
    "refuses %j without a key, and says which variable is to hold it",
    ([args, names]) => {
      for (const name of names.split(" or ")) vi.stubEnv(name, "");
      expect(() => fromArgs(...args)).toThrow(
        `answers nobody without a key: set the environment variable ${names}, or name another one with --api-key-env`,
      );
      const [name = ""] = names.split(" or ");
      vi.stubEnv(name, "sk-1");
      expect(fromArgs(...args)[0]?.apiKey).toBe("sk-1");
      vi.stubEnv(name, "");
      vi.stubEnv("MINE", "sk-2");
      expect(fromArgs(...args, "--api-key-env=MINE")[0]?.apiKey).toBe("sk-2");
    },
  );

  test("needs no key for a gateway that has a provider's API", () => {
    vi.stubEnv("ANTHROPIC_API_KEY", "");
    expect(fromArgs("--backend=anthropic", "--upstream=http://gate")[0]?.apiKey).toBeUndefined();
  });

  test.for([
    [["--backend=grpc"], "option '--backend' must be one of openai, anthropic, gemini"],
    [["--backend=openai", "--slots=3"], "option '--slots' is for a model in a file"],
    [
      ["--model-path=m.gguf", "--upstream=http://x"],
      "option '--upstream' is for a model of another",
    ],
    [
      ["--model-path=m.gguf", "--api-key-env=A"],
      "'--api-key-env' is for a model of another server",
    ],
    [["--model-path=m.gguf", "--vision=true"], "does not go with a model in a file"],
    [["--model-path=m.gguf", "--upstream-timeout=5"], "option '--upstream-timeout' is for a model"],
    [["--model-path=m.gguf", "--allowed-image-hosts=x"], "option '--allowed-image-hosts' is for"],
    [["--model-path=m.gguf", "--extra-body={}"], "option '--extra-body' is for a model of another"],
    [["--model-path=m.gguf", "--no-streams"], "option '--no-streams' is for a model of another"],
    [["--upstream=http://x"], "is for a model of another server, and goes with --backend alone"],
    [["--config=m.yaml", "--upstream=http://x"], "'--upstream' is for a model of another server"],
    [["--backend=openai", "--upstream=gpu"], "option '--upstream' must be a URL"],
    [["--backend=openai", "--upstream=http://me:sk-1@gpu"], "http://gpu is given with a name or"],
    [["--backend=openai", "--vision=perhaps"], "option '--vision' must be"],
    [["--backend=openai", "--api-key-env=NO_SUCH"], "NO_SUCH, which is to hold an API key, is not"],
  ] as const)("answers %j with %s", ([args, words]) => {
    expect(() => fromArgs(...args)).toThrow(words);
  });
});

describe("models.yaml", () => {
  const file = (text: string) => written("models.yaml", text);

  test("has models of other servers beside files", () => {
    const text = "models:\n  - path: hf:a/b\n  - backend: openai\n    upstream: http://gpu:8000\n";
    expect(readConfigFile(file(text)).models).toHaveLength(2);
    expect(readRemoteFile(file(text))).toEqual([
      RemoteConfig.parse({ backend: "openai", upstream: "http://gpu:8000" }),
    ]);
  });

  test.for([
    [
      "models:\n  - backend: vllm\n",
      "models.yaml:2: models[0].backend: must be one of openai, anthropic, gemini",
    ],
    [
      "models:\n  - backend: openai\n    path: a.gguf\n",
      "models.yaml:3: models[0].path: is for a model in a file: it and backend exclude each other",
    ],
    [
      "models:\n  - path: a.gguf\n    upstream: http://gpu:8000\n",
      "models.yaml:3: models[0].upstream: is for a model of another server, which has a backend",
    ],
    [
      "models:\n  - backend: openai\n    api_key: sk-1\n",
      "models.yaml:3: models[0].api_key: unknown key: the key stays out of the file: name its variable in api_key_env",
    ],
    [
      "models:\n  - backend: openai\n    upstream_timeout: 0\n",
      "models.yaml:3: models[0].upstream_timeout: must be at least 1",
    ],
  ])("answers %j with %s", ([text, words]) => {
    expect(() => readConfigFile(file(text ?? ""))).toThrow(words);
  });

  test("is shown whole, at its defaults, by models.example.yaml", () => {
    const path = fileURLToPath(new URL("../../models.example.yaml", import.meta.url));
    const example = readFileSync(path, "utf8");
    const lines = example.slice(example.indexOf("  # - backend:")).split("\n");
    const end = lines.findIndex((line) => line.startsWith("## "));
    const entry = lines
      .slice(0, end)
      .filter((line) => !/^\s*##/.test(line))
      .map((line) => line.replace("# ", ""));
    const [model] = readRemoteFile(file(`models:\n${entry.join("\n")}`));
    const keys = entry.flatMap((line) => /^ {2,4}(?:- )?([a-z_]+):/.exec(line)?.[1] ?? []);
    expect(keys.sort()).toEqual(Object.keys(RemoteConfig.shape).sort());
    expect(model).toEqual(RemoteConfig.parse({ backend: "openai", upstream: "http://gpu:8000" }));
  });
});

describe("--register-api-endpoint-file", () => {
  /** The example of FastChat's docs/arena.md, and a type of each kind. */
  const endpoints = {
    "gpt-4o-2024-05-13": {
      model_name: "gpt-4o-2024-05-13",
      api_type: "openai",
      api_base: "https://api.openai.com/v1",
      api_key: "sk-file",
      anony_only: false,
      recommended_config: { temperature: 0.7, top_p: 1.0, max_new_tokens: 500 },
      "text-arena": true,
      "vision-arena": true,
    },
    "o1-mini": { model_name: "o1-mini", api_type: "openai_o1", api_base: null, api_key: null },
    "gpt-35": {
      model_name: "azure-gpt-35",
      api_type: "openai",
      api_base: "https://me.openai.azure.com",
      api_key: "k",
      anony_only: true,
    },
    mistral: { model_name: "mistral-large-latest", api_type: "mistral" },
    p2l: { model_name: "p2l", api_type: "p2l", api_base: "http://p2l" },
    assistant: { model_name: "gpt-4", api_type: "openai_assistant", assistant_id: "asst_1" },
  };

  test("is taken as it is; what cannot be served is said, a line each", () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-env");
    vi.stubEnv("MISTRAL_API_KEY", "sk-mistral");
    const { models, notes } = readEndpointFile(written("endpoints.json", endpoints));
    expect(models).toMatchObject([
      {
        names: ["gpt-4o-2024-05-13"],
        apiKey: "sk-file",
        vision: true,
        defaults: { temperature: 0.7, top_p: 1, max_tokens: 500 },
      },
      { names: ["o1-mini"], url: "https://api.openai.com/v1", apiKey: "sk-env", streams: false },
      { names: ["gpt-35"], upstreamModel: "azure-gpt-35", kind: "azure", apiKey: "k" },
      { names: ["mistral"], url: "https://api.mistral.ai/v1", apiKey: "sk-mistral" },
    ]);
    expect(notes).toEqual([
      expect.stringMatching(/^gpt-35: anony_only is the Arena's to say/),
      expect.stringMatching(
        /^'p2l' in .*endpoints\.json is left out: the api_type 'p2l' is not served here, only openai,/,
      ),
      expect.stringMatching(
        /^'assistant' in .* the api_type 'openai_assistant' is not served here/,
      ),
    ]);
  });

  test("has Azure's deployments at the place that FastChat takes", () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-openai");
    vi.stubEnv("AZURE_OPENAI_KEY", "sk-azure");
    vi.stubEnv("AZURE_OPENAI_ENDPOINT", "https://azure.intern.example");
    const azure = { model_name: "azure-gpt-35", api_type: "openai", api_base: null, api_key: null };
    const more = { api_base: "https://gateway.example" };
    const entries = { a: azure, b: { ...azure, ...more, api_type: "openai_no_stream" } };
    const path = written("azure.json", entries);
    expect(readEndpointFile(path).models).toMatchObject([
      { url: "https://azure.intern.example", kind: "azure", apiKey: "sk-azure" },
      { url: "https://gateway.example", kind: "azure", apiKey: undefined },
    ]);
    vi.stubEnv("AZURE_OPENAI_ENDPOINT", "intern");
    expect(readEndpointFile(path).models).toHaveLength(1);
    expect(readEndpointFile(path).notes).toEqual([
      `'a' in ${path} is left out: AZURE_OPENAI_ENDPOINT must be a URL such as http://gpu:8000/v1.`,
    ]);
    vi.stubEnv("AZURE_OPENAI_ENDPOINT", "");
    expect(readEndpointFile(path).notes).toEqual([
      expect.stringContaining("give its api_base, or set AZURE_OPENAI_ENDPOINT"),
    ]);
  });

  test("leaves out the entries that are wrong, each by its key, and takes the rest", () => {
    const good = { model_name: "m", api_type: "openai", api_base: "http://gpu:8000", api_key: "" };
    const path = written("mixed.json", {
      good,
      nameless: { api_type: "openai" },
      hot: { ...good, recommended_config: { temperature: 3 } },
      text: "openai",
      keyless: { ...good, api_type: "mistral", api_base: null },
      told: { ...good, api_base: "http://me:secret@gpu" },
      last: good,
    });
    vi.stubEnv("MISTRAL_API_KEY", "");
    const { models, notes } = readEndpointFile(path);
    expect(models.map(({ names }) => names[0])).toEqual(["good", "last"]);
    expect(notes).toEqual([
      `'nameless' in ${path} is left out: model_name is missing.`,
      `'hot' in ${path} is left out: recommended_config.temperature must be at most 2, not 3.`,
      `'text' in ${path} is left out: it must be an object.`,
      expect.stringMatching(/^'keyless' in .* set the environment variable MISTRAL_API_KEY,/),
      expect.stringMatching(/^'told' in .*: The address http:\/\/gpu is given with a name/),
    ]);
  });

  test.for([
    ["{", "it is not JSON (line 1, column 2)."],
    ['{\n  "a": {"b": 1,}\n}', "it is not JSON (line 2, column 16)."],
    ['{\n  "a": {"b": 1}\n}}', "it is not JSON (line 3, column 2)."],
    ["{\n  a: 1}", "it is not JSON (line 2, column 3)."],
    ['["a" "b"]', "it is not JSON (line 1, column 6)."],
    ['{"a": trua}', "it is not JSON (line 1, column 10)."],
    [
      '{"a":{"api_type":"openai","model_name":"b","api_base":"gpu"}}',
      "is left out: api_base must be a URL",
    ],
    ["[]", "must be an object with an entry for each model"],
    ['{"a":{"api_type":"openai"}}', "is left out: model_name is missing"],
    ['{"a":{"api_type":"bard","model_name":"b"}}', "nothing in"],
  ])("answers %j with %s", ([text, words]) => {
    expect(() => readEndpointFile(written("bad.json", text ?? ""))).toThrow(words);
  });
});

describe("fastchat", () => {
  test("worker ends with one sentence where the server has no such model", async () => {
    const stub = keep(await serveStub("vllm"));
    const flags = ["--backend=openai", `--upstream=${stub.url}`, "--upstream-model=typo"];
    const { code, stderr } = await runProgram(["worker", "--no-register", "--port=0", ...flags]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^fastchat: The server at \S+ lists no model 'typo': it has .+\.$/m);
    expect(stderr).not.toContain("    at ");
  }, 60_000);

  test("up serves a file's remote models in one process, with no key in anybody's arguments", async () => {
    const stub = keep(await serveStub("vllm"));
    const config = written(
      "up.yaml",
      `api_port: 0\ncontroller_port: 0\narena_port: null\ndata_dir: data\nmodels:\n  - backend: openai\n    upstream: ${stub.url}\n    names: [far]\n    api_key_env: FAR_KEY\n`,
    );
    const child = startProgram(["up", "--config", config], { FAR_KEY: "sk-far-away" });
    started.push(child);
    const [, url = ""] = await waitFor(child, /fastchat ready at (\S+)/);
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim();
    const shown = spawnSync("ps", ["-o", "args=", "-p", children.split(" ").join(",")]);
    expect(String(shown.stdout)).toContain("worker --config=-");
    expect(String(shown.stdout)).not.toContain("sk-far-away");
    const messages = [{ role: "user", content: "Hi" }];
    const answer = await post(url, "/v1/chat/completions", { model: "far", messages });
    expect(await answer.json()).toMatchObject({
      choices: [{ message: { content: "Hello there" } }],
    });
    expect(stub.headers.authorization).toBe("Bearer sk-far-away");
    child.kill("SIGTERM");
  }, 60_000);
});
