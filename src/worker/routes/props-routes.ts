/** @file `GET /props`: what llama-server's clients ask of the model and of its defaults. */
import { basename } from "node:path";
import { Hono } from "hono";
import { samplingDefaults } from "../../llama/sampler.ts";
import type { Props } from "../../protocol/props.ts";
import { SamplingRequest } from "../../protocol/sampling.ts";
import { version } from "../../protocol/version.ts";
import type { Ready, ServedModel } from "../served-model.ts";
import { recommendedSampling } from "./recommended-sampling.ts";

export function propsRoutes(ready: Ready, { modelPath }: { modelPath: string }): Hono {
  return new Hono().get("/props", (c) => c.json(toProps(ready(), modelPath)));
}

function toProps(model: ServedModel, modelPath: string): Props {
  const { card, engine, description, format } = model;
  const { vocab, info } = engine;
  const isOwn = format.template === description.chatTemplate;
  const toolTemplate = isOwn ? description.chatTemplates.tool_use : undefined;
  return {
    default_generation_settings: {
      n_ctx: info.contextSize,
      params: { ...wireDefaults(), ...SamplingRequest.parse(recommendedSampling(description)) },
    },
    total_slots: engine.slotCount,
    model_alias: card.id,
    model_ftype: description.fileType ?? null,
    model_path: basename(modelPath), // the folder is nobody's business
    modalities: { vision: false, audio: false, video: false },
    endpoint_slots: true,
    endpoint_props: false,
    endpoint_metrics: true,
    chat_template: format.template ?? null,
    ...(toolTemplate !== undefined && { chat_template_tool_use: toolTemplate }),
    bos_token: vocab.spelling(vocab.bos),
    eos_token: vocab.spelling(vocab.eos),
    build_info: `fastchat ${version()}`,
    is_sleeping: false,
  };
}

/** What a request that says nothing is sampled with, by the names of a request's fields. */
function wireDefaults(): SamplingRequest {
  const d = samplingDefaults;
  return {
    temperature: d.temperature,
    top_k: d.topK,
    top_p: d.topP,
    min_p: d.minP,
    typical_p: d.typicalP,
    top_n_sigma: d.topNSigma,
    xtc_probability: d.xtcProbability,
    xtc_threshold: d.xtcThreshold,
    dynatemp_range: d.dynamicTemperatureRange,
    dynatemp_exponent: d.dynamicTemperatureExponent,
    frequency_penalty: d.frequencyPenalty,
    presence_penalty: d.presencePenalty,
    repeat_penalty: d.repeatPenalty,
    repeat_last_n: d.repeatLastN,
    dry_multiplier: d.dryMultiplier,
    dry_base: d.dryBase,
    dry_allowed_length: d.dryAllowedLength,
    dry_penalty_last_n: d.dryLastN,
    dry_sequence_breakers: d.drySequenceBreakers,
    mirostat: d.mirostat,
    mirostat_tau: d.mirostatTau,
    mirostat_eta: d.mirostatEta,
    samplers: [...d.samplers],
    min_keep: d.minKeep,
  };
}
