/** @file Who is told how long an answer took, once it is complete. */
import type { Context } from "hono";
import type { OnComplete } from "../dialects/whole-answer.ts";

export type Recorder = { recorder(c: Context): OnComplete };
