/** @file Where models, and later all that is remembered, are kept unless the user says otherwise. */

import { homedir } from "node:os";
import { join } from "node:path";

/** The system's own place for a user's application data, with our name below it. */
export function defaultDataDir(platform = process.platform, env = process.env): string {
  return join(applicationData(platform, env), "fastchat");
}

function applicationData(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string {
  if (env.XDG_DATA_HOME) return env.XDG_DATA_HOME;
  if (platform === "darwin") return join(homedir(), "Library", "Application Support");
  if (platform === "win32") return env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local");
  return join(homedir(), ".local", "share");
}
