/**
 * @file What any proxy on node:http costs: each request goes on as it came, and so does its answer,
 * and nothing is looked at. `node --import tsx bare-proxy.ts PORT URL`.
 */
import { Agent, createServer, request } from "node:http";

const [port, upstream = ""] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

createServer((incoming, outgoing) => {
  const { method, headers, url = "/" } = incoming;
  const asked = request(new URL(url, upstream), { method, headers, agent }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  incoming.pipe(asked);
}).listen(Number(port), "127.0.0.1");
