/** @file Where models, and later all that is remembered, are kept unless the user says otherwise. */

import { homedir } from "node:os";
import { join } from "node:path";

export function defaultDataDir(): string {
  return join(homedir(), ".fastchat");
}
