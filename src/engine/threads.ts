/**
 * @file How many threads to decode with: the cores that are free now, and never more than there are.
 *
 * ggml's threads spin while they wait for each other, so one thread too many costs far more than
 * one too few: on a busy machine a toy model fell from 1000 to 80 tokens a second.
 */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

const windowMs = 60;

/** Measures for 60 ms how many cores others leave idle; what this process uses itself counts as free. */
export async function freeThreads(): Promise<number> {
  const [before, ownBefore] = [cpuTimes(), process.cpuUsage()];
  await sleep(windowMs);
  const [after, own] = [cpuTimes(), process.cpuUsage(ownBefore)];
  const ownMs = (own.user + own.system) / 1000;
  const freeShare = (after.idle - before.idle + ownMs) / Math.max(1, after.total - before.total);
  const cores = Math.min(physicalCores(), quotaCores());
  return Math.max(1, Math.min(cores, Math.round(cores * freeShare)));
}

function cpuTimes(): { idle: number; total: number } {
  const times = cpus().map((cpu) => cpu.times);
  return {
    idle: times.reduce((sum, { idle }) => sum + idle, 0),
    total: times.reduce((sum, t) => sum + t.idle + t.user + t.nice + t.sys + t.irq, 0),
  };
}

/** Hyper-threads share one core's arithmetic; Linux tells them apart, elsewhere all count. */
function physicalCores(): number {
  const all = availableParallelism();
  try {
    const info = readFileSync("/proc/cpuinfo", "utf8");
    const ids = info.split("\n\n").map((block) => {
      const field = (name: string) => new RegExp(`^${name}\\s*: (\\d+)`, "m").exec(block)?.[1];
      return `${field("physical id")}/${field("core id")}`;
    });
    const distinct = new Set(ids.filter((id) => !id.includes("undefined"))).size;
    return distinct === 0 ? all : Math.min(all, distinct);
  } catch {
    return all;
  }
}

/** A container's CPU quota, in cores. */
function quotaCores(): number {
  try {
    const [quota, period] = readFileSync("/sys/fs/cgroup/cpu.max", "utf8").split(" ").map(Number);
    return quota && period ? Math.max(1, Math.floor(quota / period)) : Infinity;
  } catch {
    return Infinity;
  }
}
