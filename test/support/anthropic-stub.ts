/**
 * @file A server that speaks Anthropic's Messages API and knows one law: it calls the first tool
 * that it is shown for Oslo, tells a tool's result, names the kind of a picture, writes JSON where
 * it must, and else says `Hello there`. It misbehaves when it is told to.
 *
 * Its events are those of https://platform.claude.com/docs/en/build-with-claude/streaming.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { CountRequest, MessagesRequest, thinks } from "./anthropic-requests.ts";
import { readBody, type StubServer, sayJson, startStub } from "./stub-server.ts";

export type AnthropicManner =
  | "well"
  | "slow"
  | "too long"
  | "busy"
  | "overloaded"
  | "fail"
  | "garbage"
  | "die before"
  | "die after"
  | "cut"
  | "overloaded within"
  | "hang"
  | "hang after"
  | "linger";

/** Its URL is as Anthropic's clients are told it: without `/v1`. */
export type AnthropicStub = StubServer & {
  manner: AnthropicManner;
  /** Bodies that were posted, in order, and the headers of the last. */
  bodies: Record<string, unknown>[];
  headers: IncomingMessage["headers"];
  /** The bytes of the last stream. */
  sent: string;
};

const supported = (supported: boolean) => ({ supported });
const models = [
  {
    type: "model",
    id: "claude-opus-5-5",
    display_name: "Claude Opus 5.5",
    created_at: "2026-05-01T00:00:00Z",
    max_input_tokens: 1_000_000,
    max_tokens: 128_000,
    capabilities: {
      image_input: supported(true),
      thinking: {
        ...supported(true),
        types: { adaptive: supported(true), enabled: supported(false), disabled: supported(true) },
      },
    },
  },
  {
    type: "model",
    id: "claude-sonnet-4-5-20250929",
    display_name: "Claude Sonnet 4.5",
    created_at: "2025-09-29T00:00:00Z",
  },
];

export function serveAnthropic(): Promise<AnthropicStub> {
  const state: Omit<AnthropicStub, keyof StubServer> = {
    manner: "well",
    bodies: [],
    headers: {},
    sent: "",
  };
  return startStub(state, answer);
}

async function answer(stub: AnthropicStub, incoming: IncomingMessage, outgoing: ServerResponse) {
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://stub");
  if (incoming.headers["x-api-key"] !== "sk-ant-1" || !incoming.headers["anthropic-version"])
    return refuse(outgoing, 401, "authentication_error", "invalid x-api-key");
  if (incoming.method === "GET") {
    const isList = pathname === "/v1/models" && Number(searchParams.get("limit")) >= models.length;
    if (!isList) return refuse(outgoing, 404, "not_found_error", "Not found");
    return sayJson(outgoing, 200, { data: models, has_more: false, first_id: null, last_id: null });
  }
  const body = await readBody(incoming);
  stub.bodies.push(body);
  stub.headers = incoming.headers;
  const isCount = pathname === "/v1/messages/count_tokens";
  const read = (isCount ? CountRequest : MessagesRequest).safeParse(body);
  if (!read.success)
    return refuse(outgoing, 400, "invalid_request_error", read.error.issues[0]?.message ?? "");
  if (isCount) return sayJson(outgoing, 200, { input_tokens: 14 });
  await misbehave(stub, read.data as MessagesRequest, outgoing);
}

async function misbehave(stub: AnthropicStub, body: MessagesRequest, outgoing: ServerResponse) {
  const { manner } = stub;
  if (manner === "too long")
    return refuse(
      outgoing,
      400,
      "invalid_request_error",
      "prompt is too long: 208310 tokens > 200000 maximum",
    );
  if (manner === "busy") {
    outgoing.setHeader("retry-after", "7");
    return refuse(outgoing, 429, "rate_limit_error", "Number of requests has exceeded your limit");
  }
  if (manner === "overloaded") return refuse(outgoing, 529, "overloaded_error", "Overloaded");
  if (manner === "fail") return refuse(outgoing, 500, "api_error", "Internal server error");
  if (manner === "die before") return void outgoing.socket?.destroy();
  if (manner === "hang") return;
  const isStream = body.stream === true;
  outgoing.setHeader("content-type", isStream ? "text/event-stream" : "application/json");
  if (manner === "garbage") return void outgoing.writeHead(200).end("\0garbage<>");
  const blocks = blocksFor(body);
  const end = endOf(body, blocks);
  if (!isStream) {
    const whole = JSON.stringify({ ...message(body.model), content: blocks, ...end, usage });
    if (manner === "well") return void outgoing.end(whole);
    outgoing.writeHead(200, { "content-length": whole.length }).write(whole.slice(0, 40));
    return void setTimeout(() => outgoing.socket?.destroy(), 10);
  }
  const events = eventsOf(body.model, blocks, end).map(
    (event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
  );
  stub.sent = events.join("");
  if (manner === "well") return void outgoing.end(stub.sent);
  if (manner === "linger") return void outgoing.write(stub.sent);
  if (manner === "slow") {
    for (const event of events) {
      if (outgoing.destroyed) return;
      outgoing.write(event);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    return void outgoing.end();
  }
  outgoing.write(events.slice(0, 4).join(""));
  if (manner === "hang after") return;
  if (manner === "die after") return void setTimeout(() => outgoing.socket?.destroy(), 10);
  if (manner === "overloaded within")
    outgoing.write(
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
    );
  outgoing.end();
}

const usage = {
  input_tokens: 5,
  cache_creation_input_tokens: 3,
  cache_read_input_tokens: 6,
  output_tokens: 2,
};

const message = (model: string) => ({
  id: "msg_01XFDUDYJgAACzvnptvVoYEL",
  type: "message",
  role: "assistant",
  model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { ...usage, output_tokens: 1 },
});

type Block =
  | { type: "text"; text: string }
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "tool_use"; id: string; name: string; input: object };
type End = { stop_reason: string; stop_sequence: string | null };

function blocksFor(body: MessagesRequest): Block[] {
  const thought: Block[] = thinks(body)
    ? [{ type: "thinking", thinking: "Hm", signature: "EqQBCgIYAhIM1gbcDa9GJwZA2b3h" }]
    : [];
  const { content } = body.messages.at(-1) ?? { content: "" };
  const shown = typeof content === "string" ? [] : content;
  const [tool] = body.tools ?? [];
  for (const block of shown) {
    if (block.type === "tool_result") return [{ type: "text", text: `It is ${block.content}.` }];
    if (block.type !== "image") continue;
    const { source } = block;
    const kind = source.type === "base64" ? source.media_type : source.url;
    return [{ type: "text", text: `I see ${kind}.` }];
  }
  if (tool !== undefined && body.tool_choice?.type !== "none")
    return [
      ...thought,
      { type: "text", text: "Let me look." },
      {
        type: "tool_use",
        id: "toolu_01T1x1fJ34qAmk2tNTrN7Up6",
        name: tool.name,
        input: inputFor(tool),
      },
    ];
  const text = body.output_config?.format ? '{"city":"Oslo"}' : said(body);
  return [...thought, { type: "text", text }];
}

const inputFor = ({ input_schema }: { input_schema: Record<string, unknown> }) =>
  input_schema.properties === undefined ? {} : { city: "Oslo" };

const said = ({ stop_sequences = [] }: MessagesRequest) =>
  stop_sequences.includes(" there") ? "Hello" : "Hello there";

function endOf({ stop_sequences = [], max_tokens }: MessagesRequest, blocks: Block[]): End {
  if (blocks.at(-1)?.type === "tool_use") return { stop_reason: "tool_use", stop_sequence: null };
  if (stop_sequences.includes(" there"))
    return { stop_reason: "stop_sequence", stop_sequence: " there" };
  return { stop_reason: max_tokens === 2 ? "max_tokens" : "end_turn", stop_sequence: null };
}

type Event = { type: string; [more: string]: unknown };

function eventsOf(model: string, blocks: Block[], end: End): Event[] {
  return [
    { type: "message_start", message: message(model) },
    ...blocks.flatMap((block, index) => [
      { type: "content_block_start", index, content_block: begun(block) },
      ...(index === 0 ? [{ type: "ping" }] : []),
      ...deltasOf(block).map((delta) => ({ type: "content_block_delta", index, delta })),
      { type: "content_block_stop", index },
    ]),
    { type: "message_delta", delta: end, usage: { output_tokens: usage.output_tokens } },
    { type: "message_stop" },
  ];
}

function begun(block: Block): Block {
  if (block.type === "text") return { ...block, text: "" };
  if (block.type === "thinking") return { ...block, thinking: "", signature: "" };
  return { ...block, input: {} };
}

function deltasOf(block: Block): object[] {
  if (block.type === "text")
    return block.text.split(/(?= )/).map((text) => ({ type: "text_delta", text }));
  if (block.type === "thinking")
    return [
      { type: "thinking_delta", thinking: block.thinking },
      { type: "signature_delta", signature: block.signature },
    ];
  const json = Object.keys(block.input).length === 0 ? "" : JSON.stringify(block.input);
  const pieces = ["", json.slice(0, 8), json.slice(8)];
  return pieces.map((partial_json) => ({ type: "input_json_delta", partial_json }));
}

function refuse(outgoing: ServerResponse, status: number, type: string, message: string): void {
  sayJson(outgoing, status, { type: "error", error: { type, message }, request_id: "req_1" });
}
