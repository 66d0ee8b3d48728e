/** @file A thread that does some rounds of a style bootstrap, says what came out, and ends. */
import { parentPort, workerData } from "node:worker_threads";
import { bootstrapStyle } from "../rating/style-bootstrap.ts";
import type { ThreadTask } from "./style-threads.ts";

const { task, from, to } = workerData as ThreadTask;
const rounds = bootstrapStyle(task, from, to);
parentPort?.postMessage(rounds, [rounds.buffer as ArrayBuffer]);
