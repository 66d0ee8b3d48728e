/** @file llama-server's `/props`: the part of it that says something about a worker of ours. */
import type { SamplingRequest } from "./sampling.ts";

export type Props = {
  default_generation_settings: { n_ctx: number; params: SamplingRequest };
  total_slots: number;
  model_alias: string;
  model_ftype: string | null;
  /** The file's name alone. */
  model_path: string;
  modalities: { vision: boolean; audio: boolean; video: boolean };
  endpoint_slots: boolean;
  endpoint_props: boolean;
  endpoint_metrics: boolean;
  /** The Jinja template in use; null where prompts are made without one. */
  chat_template: string | null;
  chat_template_tool_use?: string;
  bos_token: string;
  eos_token: string;
  build_info: string;
  is_sleeping: boolean;
};
