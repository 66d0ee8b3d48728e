/**
 * @file What servers of each kind say: written from their documented shapes, or from the source
 * that is named beside them. Every one of them answers `Hello there`.
 */

export type Recording = {
  /** By path, as a GET answers. */
  says: Record<string, unknown>;
  /** Where its OpenAI API begins; default `/v1`. */
  base?: string;
  model: string;
  stream: string;
  whole: object;
  /** Calls `weather` with {"city":"Oslo"}. */
  toolStream?: string;
  /** Thinks `Hm` first. */
  thoughtStream?: string;
  /** With the log-probabilities of both words. */
  logprobStream?: string;
  /** What it says of a request that it does not like. */
  refusal: { status: number; body: unknown };
};

/** Server-sent events out of what stands in their `data`. */
const events = (chunks: (object | string)[], end = "\n\n") =>
  chunks
    .map((chunk) => `data: ${typeof chunk === "string" ? chunk : JSON.stringify(chunk)}${end}`)
    .join("");

type Piece = {
  delta?: object;
  text?: string;
  finish_reason?: string | null;
  [more: string]: unknown;
};

const head = (model: string) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1_700_000_000,
  model,
});

function chunks(model: string, pieces: Piece[], usage?: object): object[] {
  const told = pieces.map((piece) => ({
    ...head(model),
    choices: [{ index: 0, finish_reason: null, ...piece }],
  }));
  return usage === undefined ? told : [...told, { ...head(model), choices: [], usage }];
}

const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 };

const said: Piece[] = [
  { delta: { role: "assistant", content: "" } },
  { delta: { content: "Hello" } },
  { delta: { content: " there" } },
];
const stopped: Piece = { delta: {}, finish_reason: "stop" };

const whole = (model: string, more: object = {}, message: object = {}) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_700_000_000,
  model,
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "Hello there", ...message },
      logprobs: null,
      finish_reason: "stop",
      ...more,
    },
  ],
  usage,
});

const calls = (id: string): Piece[] => [
  { delta: { role: "assistant", content: null } },
  {
    delta: {
      tool_calls: [
        { index: 0, id, type: "function", function: { name: "weather", arguments: "" } },
      ],
    },
  },
  { delta: { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] } },
  { delta: { tool_calls: [{ index: 0, function: { arguments: '"Oslo"}' } }] } },
];
const called: Piece = { delta: {}, finish_reason: "tool_calls" };

const likely = (token: string, logprob: number) => ({
  content: [
    {
      token,
      logprob,
      bytes: [...Buffer.from(token)],
      top_logprobs: [{ token, logprob, bytes: [...Buffer.from(token)] }],
    },
  ],
});
const likelyPieces: Piece[] = [
  { delta: { role: "assistant", content: "" }, logprobs: null },
  { delta: { content: "Hello" }, logprobs: likely("Hello", -0.1) },
  { delta: { content: " there" }, logprobs: likely(" there", -0.2) },
];

const list = (...models: object[]) => ({ object: "list", data: models });
const listed = (id: string, owned_by: string, more: object = {}) => ({
  id,
  object: "model",
  created: 1_700_000_000,
  owned_by,
  ...more,
});

/** vllm/entrypoints/openai/protocol.py and serving_chat.py, 0.8 to 0.11. */
const vllm: Recording = {
  model: "Qwen/Qwen2.5-7B-Instruct-AWQ",
  says: {
    "/v1/models": list(
      listed("Qwen/Qwen2.5-7B-Instruct-AWQ", "vllm", {
        root: "Qwen/Qwen2.5-7B-Instruct-AWQ",
        parent: null,
        max_model_len: 32_768,
      }),
    ),
    "/version": { version: "0.11.0" },
    "/health": "",
  },
  stream: events([...chunks("q", [...said, { ...stopped, stop_reason: null }], usage), "[DONE]"]),
  whole: whole("q", { stop_reason: null }, { reasoning_content: null, tool_calls: [] }),
  toolStream: events([...chunks("q", [...calls("chatcmpl-tool-1"), called], usage), "[DONE]"]),
  thoughtStream: events([
    ...chunks("q", [{ delta: { reasoning_content: "Hm" } }, ...said, stopped], usage),
    "[DONE]",
  ]),
  logprobStream: events([...chunks("q", [...likelyPieces, stopped], usage), "[DONE]"]),
  refusal: {
    status: 400,
    body: {
      object: "error",
      message:
        "This model's maximum context length is 32768 tokens. However, you requested 40000 tokens (39984 in the messages, 16 in the completion). Please reduce the length of the messages or completion.",
      type: "BadRequestError",
      param: null,
      code: 400,
    },
  },
};

/** sglang/srt/entrypoints/openai/serving_chat.py. */
const sglang: Recording = {
  model: "meta-llama/Llama-3.1-8B-Instruct",
  says: {
    "/v1/models": list(
      listed("meta-llama/Llama-3.1-8B-Instruct", "sglang", {
        root: "meta-llama/Llama-3.1-8B-Instruct",
        max_model_len: 131_072,
      }),
    ),
    "/get_model_info": {
      model_path: "meta-llama/Llama-3.1-8B-Instruct",
      tokenizer_path: "meta-llama/Llama-3.1-8B-Instruct",
      is_generation: true,
    },
    "/get_server_info": { version: "0.5.3" },
    "/health": "",
  },
  stream: events([
    ...chunks("l", [...said, { ...stopped, matched_stop: 128_009 }], usage),
    "[DONE]",
  ]),
  whole: whole("l", { matched_stop: 128_009 }, { reasoning_content: null, tool_calls: null }),
  toolStream: events([...chunks("l", [...calls("call_1"), called], usage), "[DONE]"]),
  thoughtStream: events([
    ...chunks("l", [{ delta: { reasoning_content: "Hm" } }, ...said, stopped], usage),
    "[DONE]",
  ]),
  logprobStream: events([...chunks("l", [...likelyPieces, stopped], usage), "[DONE]"]),
  refusal: {
    status: 400,
    body: {
      object: "error",
      message:
        "Requested token count exceeds the model's maximum context length of 131072 tokens. You requested a total of 140000 tokens: 139000 tokens from the input messages and 1000 tokens for the completion.",
      type: "BadRequestError",
      param: null,
      code: 400,
    },
  },
};

/** router/src/lib.rs and server.rs, 3.x. */
const tgi: Recording = {
  model: "teknium/OpenHermes-2.5-Mistral-7B",
  says: {
    "/info": {
      model_id: "teknium/OpenHermes-2.5-Mistral-7B",
      max_concurrent_requests: 128,
      max_best_of: 2,
      max_stop_sequences: 4,
      max_input_tokens: 4095,
      max_total_tokens: 4096,
      router: "text-generation-router",
      version: "3.2.1",
    },
    "/v1/models": list(
      listed("teknium/OpenHermes-2.5-Mistral-7B", "teknium/OpenHermes-2.5-Mistral-7B"),
    ),
    "/health": "",
  },
  stream: events([
    ...chunks(
      "t",
      [
        { delta: { role: "assistant", content: "Hello" }, logprobs: null },
        { delta: { role: "assistant", content: " there" }, logprobs: null },
        { delta: { role: "assistant", content: "" }, logprobs: null, finish_reason: "eos_token" },
      ],
      usage,
    ),
    "[DONE]",
  ]),
  whole: whole("t", { finish_reason: "eos_token" }),
  toolStream: events([
    ...chunks("t", [
      {
        delta: {
          role: "assistant",
          tool_calls: [
            {
              index: 0,
              id: "0",
              type: "function",
              function: { name: "weather", arguments: { city: "Oslo" } },
            },
          ],
        },
        finish_reason: "eos_token",
      },
    ]),
    "[DONE]",
  ]),
  refusal: {
    status: 422,
    body: {
      error: "Input validation error: `inputs` must have less than 4095 tokens. Given: 5000",
      error_type: "validation",
    },
  },
};

/** lightllm/server/api_http.py: no list of models, no usage in a stream, and no [DONE]. */
const lightllm: Recording = {
  model: "internlm2",
  says: {
    "/get_model_name": { model_name: "internlm2" },
    "/liveness": { status: "ok" },
  },
  stream: events(
    chunks("i", [
      { delta: { role: "assistant", content: "Hello" } },
      { delta: { role: "assistant", content: " there" }, finish_reason: "stop" },
    ]),
  ),
  whole: whole("i"),
  refusal: { status: 417, body: { message: "input token len 9000 is too long" } },
};

/** tabbyAPI: endpoints/OAI and endpoints/core; sse-starlette ends its lines with CRLF. */
const tabbyapi: Recording = {
  model: "Mistral-7B-exl2",
  says: {
    "/v1/models": list(listed("Mistral-7B-exl2", "tabbyAPI"), listed("Other-exl2", "tabbyAPI")),
    "/v1/model": listed("Mistral-7B-exl2", "tabbyAPI", {
      parameters: { max_seq_len: 16_384, cache_size: 16_384, use_vision: false },
    }),
    "/health": { status: "healthy", issues: [] },
  },
  stream: `: ping - 2025-01-01\r\n\r\n${events(
    [...chunks("m", [...said, { ...stopped, stop_str: "</s>" }], usage), "[DONE]"],
    "\r\n\r\n",
  )}`,
  whole: whole("m"),
  toolStream: events([...chunks("m", [...calls("call_1"), called]), "[DONE]"], "\r\n\r\n"),
  refusal: {
    status: 422,
    body: { detail: [{ type: "missing", loc: ["body", "messages"], msg: "Field required" }] },
  },
};

/** llama.cpp, tools/server/README.md. */
const llamaServer: Recording = {
  model: "gemma-3-4b",
  says: {
    "/v1/models": list(listed("gemma-3-4b", "llamacpp", { meta: { n_ctx_train: 131_072 } })),
    "/props": {
      default_generation_settings: { n_ctx: 4096 },
      total_slots: 4,
      modalities: { vision: true, audio: false },
      build_info: "b6700-abc",
    },
    "/health": { status: "ok" },
  },
  stream: events([
    ...chunks("g", [...said, stopped]),
    { ...head("g"), choices: [], usage, timings: { prompt_n: 9, predicted_n: 2 } },
    "[DONE]",
  ]),
  whole: { ...whole("g"), timings: { prompt_n: 9, predicted_n: 2 } },
  toolStream: events([...chunks("g", [...calls("call_1"), called], usage), "[DONE]"]),
  thoughtStream: events([
    ...chunks("g", [{ delta: { reasoning_content: "Hm" } }, ...said, stopped], usage),
    "[DONE]",
  ]),
  logprobStream: events([...chunks("g", [...likelyPieces, stopped], usage), "[DONE]"]),
  refusal: {
    status: 400,
    body: {
      error: {
        code: 400,
        message: "the request exceeds the available context size, try increasing it",
        type: "exceed_context_size_error",
        n_prompt_tokens: 5000,
        n_ctx: 4096,
      },
    },
  },
};

/** docs/api.md and openai/openai.go of Ollama. */
const ollama: Recording = {
  model: "llama3.2:latest",
  says: {
    "/v1/models": list(listed("llama3.2:latest", "library")),
    "/api/version": { version: "0.12.3" },
    "/api/tags": {
      models: [
        {
          ...{ name: "llama3.2:latest", model: "llama3.2:latest", size: 2_019_393_189 },
          modified_at: "2025-10-01T12:00:00.123456789Z",
          digest: "a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72",
          details: {
            ...{ parent_model: "", format: "gguf", family: "llama", families: ["llama"] },
            ...{ parameter_size: "3.2B", quantization_level: "Q4_K_M" },
          },
        },
      ],
    },
    "/api/show": {
      capabilities: ["completion", "tools", "vision"],
      model_info: { "general.architecture": "llama", "llama.context_length": 131_072 },
    },
  },
  stream: events([...chunks("llama3.2", [...said, stopped], usage), "[DONE]"]),
  whole: whole("llama3.2"),
  // A call is one piece, and the reason was `stop` for long.
  toolStream: events([
    ...chunks("llama3.2", [
      {
        delta: {
          role: "assistant",
          content: "",
          tool_calls: [
            {
              index: 0,
              id: "call_1",
              type: "function",
              function: { name: "weather", arguments: '{"city":"Oslo"}' },
            },
          ],
        },
      },
      { delta: { role: "assistant", content: "" }, finish_reason: "tool_calls" },
    ]),
    "[DONE]",
  ]),
  thoughtStream: events([
    ...chunks("llama3.2", [{ delta: { role: "assistant", reasoning: "Hm" } }, ...said, stopped]),
    "[DONE]",
  ]),
  refusal: {
    status: 404,
    body: {
      error: {
        message: 'model "llama3.2" not found, try pulling it first',
        type: "api_error",
        param: null,
        code: null,
      },
    },
  },
};

/** docs.litellm.ai/docs/proxy: errors have the upstream's text and a code that is a string. */
const litellm: Recording = {
  model: "gpt-4o",
  says: {
    "/v1/models": list(listed("gpt-4o", "openai")),
    "/health/liveliness": "I'm alive!",
  },
  stream: events([...chunks("gpt-4o", [...said, stopped], usage), "[DONE]"]),
  whole: whole("gpt-4o"),
  toolStream: events([...chunks("gpt-4o", [...calls("call_1"), called], usage), "[DONE]"]),
  logprobStream: events([...chunks("gpt-4o", [...likelyPieces, stopped], usage), "[DONE]"]),
  refusal: {
    status: 429,
    body: {
      error: {
        message: "litellm.RateLimitError: No deployments available for selected model",
        type: "None",
        param: "None",
        code: "429",
      },
    },
  },
};

/** platform.openai.com/docs/api-reference/chat-streaming. */
const openai: Recording = {
  model: "gpt-4o-mini",
  says: {
    "/v1/models": list(
      listed("gpt-4o-mini", "system"),
      listed("whisper-1", "openai-internal"),
      listed("text-embedding-3-small", "system"),
    ),
  },
  stream: events([
    ...chunks(
      "gpt-4o-mini-2024-07-18",
      [...said, stopped].map((one) => ({ ...one, logprobs: null })),
      usage,
    ),
    "[DONE]",
  ]),
  whole: whole("gpt-4o-mini-2024-07-18", {}, { refusal: null, annotations: [] }),
  toolStream: events([...chunks("gpt-4o-mini", [...calls("call_1"), called], usage), "[DONE]"]),
  logprobStream: events([...chunks("gpt-4o-mini", [...likelyPieces, stopped], usage), "[DONE]"]),
  refusal: {
    status: 401,
    body: {
      error: {
        message: "Incorrect API key provided: sk-abc.",
        type: "invalid_request_error",
        param: null,
        code: "invalid_api_key",
      },
    },
  },
};

/** learn.microsoft.com/azure/ai-foundry/openai/reference: its first chunk judges the prompt. */
const azure: Recording = {
  model: "my-deployment",
  base: "/openai/deployments/my-deployment",
  says: {},
  stream: events([
    { choices: [], created: 0, id: "", model: "", object: "", prompt_filter_results: [] },
    ...chunks("gpt-4o", [...said, { ...stopped, content_filter_results: {} }]),
    "[DONE]",
  ]),
  whole: { ...whole("gpt-4o"), prompt_filter_results: [] },
  toolStream: events([...chunks("gpt-4o", [...calls("call_1"), called]), "[DONE]"]),
  refusal: {
    status: 400,
    body: {
      error: {
        message:
          "The response was filtered due to the prompt triggering content management policy.",
        type: null,
        param: "prompt",
        code: "content_filter",
        status: 400,
      },
    },
  },
};

/** docs.mistral.ai/api: usage in the last chunk, thoughts as parts of the content. */
const mistral: Recording = {
  model: "mistral-small-latest",
  says: {
    "/v1/models": list(
      listed("mistral-small-latest", "mistralai", {
        capabilities: { completion_chat: true, function_calling: true, vision: true },
        max_context_length: 131_072,
      }),
    ),
  },
  stream: events([
    ...chunks("mistral-small-latest", said),
    { ...head("mistral-small-latest"), choices: [{ index: 0, ...stopped }], usage },
    "[DONE]",
  ]),
  whole: whole("mistral-small-latest", {}, { tool_calls: null, prefix: false }),
  toolStream: events([
    ...chunks("mistral-small-latest", [
      {
        delta: {
          content: "",
          tool_calls: [
            {
              id: "D681PevKs",
              function: { name: "weather", arguments: '{"city":"Oslo"}' },
              index: 0,
            },
          ],
        },
        finish_reason: "tool_calls",
      },
    ]),
    "[DONE]",
  ]),
  thoughtStream: events([
    ...chunks("magistral", [
      {
        delta: { content: [{ type: "thinking", thinking: [{ type: "text", text: "Hm" }] }] },
      },
      { delta: { content: [{ type: "text", text: "Hello there" }] } },
      stopped,
    ]),
    "[DONE]",
  ]),
  refusal: {
    status: 422,
    body: {
      object: "error",
      message: {
        detail: [
          {
            type: "extra_forbidden",
            loc: ["body", "nonsense"],
            msg: "Extra inputs are not permitted",
          },
        ],
      },
      type: "invalid_request_error",
      param: null,
      code: null,
    },
  },
};

/** docs.cohere.com/docs/compatibility-api. */
const cohere: Recording = {
  model: "command-a-03-2025",
  base: "/compatibility/v1",
  says: { "/compatibility/v1/models": list(listed("command-a-03-2025", "cohere")) },
  stream: events([...chunks("command-a", [...said, stopped], usage), "[DONE]"]),
  whole: whole("command-a"),
  toolStream: events([...chunks("command-a", [...calls("weather0"), called]), "[DONE]"]),
  refusal: {
    status: 400,
    body: { message: "invalid request: message must be at least 1 token long" },
  },
};

export const recordings = {
  vllm,
  sglang,
  tgi,
  lightllm,
  tabbyapi,
  "llama-server": llamaServer,
  ollama,
  litellm,
  openai,
  azure,
  mistral,
  cohere,
} as const satisfies Record<string, Recording>;
export type RecordedKind = keyof typeof recordings;
