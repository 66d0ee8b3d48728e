/** @file Requests that node's parser refuses never reach the app: they too get OpenAI's error JSON. */
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

const answers: Record<string, { status: number; message: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    message: "The request's headers are too large.",
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    message: "The chunk extensions are too large.",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    message: "The request took too long to arrive.",
  },
};
const malformed = { status: 400, message: "The request is not valid HTTP." };
/** A sender that never reads its answer is cut after this long. */
const lingerMs = 500;

export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const { status, message } = answers[error.code ?? ""] ?? malformed;
  const body = JSON.stringify({
    error: { message, type: "invalid_request_error", param: null, code: null },
  });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  setTimeout(() => socket.destroy(), lingerMs).unref();
}

/** True once an answer is on its way: a second head in the middle of it would corrupt it. */
function isAnswering(socket: Duplex): boolean {
  const { _httpMessage } = socket as Duplex & {
    _httpMessage?: { headersSent: boolean } | null;
  };
  return _httpMessage?.headersSent === true;
}
