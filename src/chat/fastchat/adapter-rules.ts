/**
 * @file FastChat's model adapters as rules: which words in a model's name make which template its own.
 * The first rule that holds is the one; what the adapters do beside that is not ours.
 *
 * Source: `fastchat/model/model_adapter.py`, https://github.com/lm-sys/FastChat, Apache License 2.0.
 */

/** What a name must say; all that is given must hold. */
export type Condition = {
  /** Contains one of these. */
  any?: readonly string[];
  /** Contains each of these. */
  all?: readonly string[];
  /** Contains none of these. */
  none?: readonly string[];
  /** Is one of these. */
  is?: readonly string[];
  /** Letters count as they are written; else capitals are small ones. */
  cased?: true;
  /** Only the last part of a path is looked at. */
  lastPart?: true;
};

export type AdapterRule = Condition & {
  adapter: string;
  /** Holds, too, where this does. */
  or?: Condition;
  /** Templates for some of the names; the first whose condition holds. */
  choices?: readonly (Condition & { template: string })[];
  /** For all other names; where it is missing, FastChat knows the model but no template for it. */
  template?: string;
};

const openAiModels = [
  "gpt-3.5-turbo",
  "gpt-3.5-turbo-0301",
  "gpt-3.5-turbo-0613",
  "gpt-3.5-turbo-1106",
  "gpt-3.5-turbo-0125",
  "gpt-4",
  "gpt-4-0314",
  "gpt-4-0613",
  "gpt-4-turbo",
  "gpt-4-1106-preview",
  "gpt-4-0125-preview",
  "gpt-4-turbo-browsing",
  "gpt-4-turbo-2024-04-09",
  "gpt2-chatbot",
  "im-also-a-good-gpt2-chatbot",
  "im-a-good-gpt2-chatbot",
  "gpt-4o-mini-2024-07-18",
  "gpt-4o-2024-05-13",
  "gpt-4o-2024-08-06",
  "chatgpt-4o-latest-20240903",
  "chatgpt-4o-latest",
  "o1-preview",
  "o1-mini",
];

const anthropicModels = [
  "claude-1",
  "claude-2",
  "claude-2.0",
  "claude-2.1",
  "claude-3-haiku-20240307",
  "claude-3-haiku-20240307-vertex",
  "claude-3-sonnet-20240229",
  "claude-3-sonnet-20240229-vertex",
  "claude-3-5-sonnet-20240620",
  "claude-3-opus-20240229",
  "claude-instant-1",
  "claude-instant-1.2",
];

/** In FastChat's order, without its last adapter, which takes every name. */
export const adapterRules: readonly AdapterRule[] = [
  { adapter: "PeftModelAdapter", any: ["peft"] },
  { adapter: "StableVicunaAdapter", any: ["stable-vicuna"], template: "stable-vicuna" },
  {
    adapter: "VicunaAdapter",
    any: ["vicuna"],
    choices: [{ any: ["v0"], cased: true, lastPart: true, template: "one_shot" }],
    template: "vicuna_v1.1",
  },
  {
    adapter: "AiroborosAdapter",
    any: ["airoboros", "spicyboros"],
    choices: [
      { any: ["-3.", "-3p"], cased: true, template: "airoboros_v3" },
      {
        any: ["spicyboros", "-2.2", "-2.3", "-2.4", "-2.5", "-2.6", "-2.7", "-2.8", "-2.9"],
        cased: true,
        template: "airoboros_v2",
      },
    ],
    template: "airoboros_v1",
  },
  { adapter: "LongChatAdapter", any: ["longchat"], template: "vicuna_v1.1" },
  { adapter: "GoogleT5Adapter", any: ["flan-", "fastchat-t5", "codet5p"] },
  { adapter: "KoalaAdapter", any: ["koala"], template: "koala_v1" },
  { adapter: "AlpacaAdapter", any: ["alpaca"], template: "alpaca" },
  {
    adapter: "ChatGLMAdapter",
    any: ["chatglm"],
    choices: [
      { any: ["chatglm2"], template: "chatglm2" },
      { any: ["chatglm3"], template: "chatglm3" },
    ],
    template: "chatglm",
  },
  { adapter: "CodeGeexAdapter", any: ["codegeex"], template: "codegeex" },
  { adapter: "DollyV2Adapter", any: ["dolly-v2"], template: "dolly_v2" },
  { adapter: "OasstPythiaAdapter", all: ["oasst", "pythia"], template: "oasst_pythia" },
  {
    adapter: "OasstLLaMAAdapter",
    all: ["oasst"],
    none: ["pythia"],
    or: { any: ["openassistant-sft-7-llama-30b-hf"] },
    template: "oasst_llama",
  },
  {
    adapter: "OpenChat35Adapter",
    all: ["openchat", "3.5"],
    or: { any: ["starling-lm"] },
    template: "openchat_3.5",
  },
  { adapter: "TenyxChatAdapter", any: ["tenyxchat"], template: "tenyxchat" },
  { adapter: "StableLMAdapter", any: ["stablelm"], template: "stablelm" },
  { adapter: "BaizeAdapter", any: ["baize"], template: "baize" },
  { adapter: "RwkvAdapter", any: ["rwkv-4"], template: "rwkv" },
  { adapter: "OpenBuddyAdapter", any: ["openbuddy"], template: "openbuddy" },
  { adapter: "PhoenixAdapter", any: ["phoenix"], template: "phoenix" },
  { adapter: "BardAdapter", is: ["bard"], cased: true, template: "bard" },
  { adapter: "PaLM2Adapter", is: ["palm-2"], cased: true, template: "bard" },
  {
    adapter: "GeminiAdapter",
    any: ["gemini", "bard"],
    choices: [{ any: ["gemini-1.5-pro"], cased: true, template: "gemini-1.5-pro" }],
    template: "gemini",
  },
  { adapter: "GemmaAdapter", any: ["gemma"], template: "gemma" },
  {
    adapter: "ChatGPTAdapter",
    is: openAiModels,
    cased: true,
    choices: [
      { any: ["browsing"], template: "api_based_default" },
      {
        any: ["gpt-4-turbo-2024-04-09", "gpt2-chatbot", "gpt-4o-2024-05-13"],
        template: "gpt-4-turbo-2024-04-09",
      },
      { any: ["gpt-4o-2024-08-06"], template: "gpt-mini" },
      { any: ["anonymous-chatbot", "chatgpt-4o-latest"], template: "gpt-4-turbo-2024-04-09" },
      { any: ["gpt-mini", "gpt-4o-mini-2024-07-18"], template: "gpt-mini" },
      { any: ["o1"], template: "api_based_default" },
    ],
    template: "chatgpt",
  },
  {
    adapter: "AzureOpenAIAdapter",
    is: ["azure-gpt-35-turbo", "azure-gpt-4"],
    cased: true,
    template: "chatgpt",
  },
  {
    adapter: "ClaudeAdapter",
    is: anthropicModels,
    cased: true,
    choices: [
      { any: ["claude-3-haiku"], template: "claude-3-haiku-20240307" },
      { any: ["claude-3-sonnet"], template: "claude-3-sonnet-20240229" },
      { any: ["claude-3-5-sonnet"], template: "claude-3-5-sonnet-20240620-v2" },
      { any: ["claude-3-opus"], template: "claude-3-opus-20240229" },
    ],
    template: "claude",
  },
  {
    adapter: "MPTAdapter",
    any: ["mpt"],
    none: ["airoboros"],
    choices: [
      { any: ["mpt-7b-chat"], template: "mpt-7b-chat" },
      { any: ["mpt-30b-chat"], template: "mpt-30b-chat" },
      { any: ["mpt-30b-instruct"], template: "mpt-30b-instruct" },
    ],
    template: "zero_shot",
  },
  { adapter: "BiLLaAdapter", any: ["billa"], template: "billa" },
  { adapter: "RedPajamaINCITEAdapter", any: ["redpajama-incite"], template: "redpajama-incite" },
  { adapter: "H2OGPTAdapter", any: ["h2ogpt"], template: "h2ogpt" },
  { adapter: "RobinAdapter", any: ["robin"], template: "Robin" },
  { adapter: "SnoozyAdapter", all: ["gpt4all", "snoozy"], template: "snoozy" },
  {
    adapter: "WizardLMAdapter",
    any: ["wizardlm"],
    choices: [{ any: ["13b", "30b", "70b"], template: "vicuna_v1.1" }],
    template: "one_shot",
  },
  { adapter: "ManticoreAdapter", any: ["manticore"], template: "manticore" },
  { adapter: "GuanacoAdapter", any: ["guanaco"], template: "zero_shot" },
  { adapter: "CamelAdapter", any: ["camel"], template: "vicuna_v1.1" },
  { adapter: "ChangGPTAdapter", all: ["polyglot", "chang"], template: "polyglot_changgpt" },
  { adapter: "TuluAdapter", any: ["tulu"], template: "tulu" },
  { adapter: "FalconChatAdapter", all: ["falcon", "chat"], template: "falcon-chat" },
  { adapter: "FalconAdapter", all: ["falcon"], none: ["chat"], template: "falcon" },
  { adapter: "TigerBotAdapter", any: ["tigerbot"], template: "tigerbot" },
  {
    adapter: "BaichuanAdapter",
    any: ["baichuan"],
    choices: [
      { all: ["chat", "baichuan2"], template: "baichuan2-chat" },
      { any: ["chat"], template: "baichuan-chat" },
    ],
    template: "zero_shot",
  },
  { adapter: "XGenAdapter", any: ["xgen"], template: "xgen" },
  { adapter: "PythiaAdapter", any: ["pythia"] },
  { adapter: "InternLMChatAdapter", any: ["internlm"], template: "internlm-chat" },
  { adapter: "StarChatAdapter", any: ["starchat"], template: "starchat" },
  { adapter: "Llama2Adapter", any: ["llama-2"], template: "llama-2" },
  { adapter: "CuteGPTAdapter", any: ["cutegpt"], template: "cutegpt" },
  {
    adapter: "OpenOrcaAdapter",
    any: ["openorca"],
    choices: [{ any: ["mistral-7b-openorca"], template: "mistral-7b-openorca" }],
    template: "open-orca",
  },
  { adapter: "DolphinAdapter", all: ["dolphin", "mistral"], template: "dolphin-2.2.1-mistral-7b" },
  {
    adapter: "Hermes2Adapter",
    any: ["openhermes-2.5-mistral-7b", "openhermes-2-mistral-7b"],
    template: "OpenHermes-2.5-Mistral-7B",
  },
  {
    adapter: "NousHermes2MixtralAdapter",
    any: ["nous-hermes-2-mixtral-8x7b-dpo", "nous-hermes-2-mixtral-8x7b-sft"],
    template: "Nous-Hermes-2-Mixtral-8x7B-DPO",
  },
  { adapter: "NousHermesAdapter", any: ["nous-hermes"], template: "alpaca" },
  { adapter: "MistralAdapter", any: ["mistral", "mixtral"], template: "mistral" },
  { adapter: "WizardCoderAdapter", any: ["wizardcoder"], template: "alpaca" },
  { adapter: "QwenChatAdapter", any: ["qwen"], template: "qwen-7b-chat" },
  {
    adapter: "AquilaChatAdapter",
    any: ["aquila"],
    choices: [
      { all: ["aquilachat2", "16k"], template: "aquila" },
      { all: ["aquilachat2", "34b"], template: "aquila-legacy" },
      { any: ["aquilachat2"], template: "aquila-v1" },
    ],
    template: "aquila-chat",
  },
  { adapter: "BGEAdapter", any: ["bge"], template: "one_shot" },
  { adapter: "E5Adapter", any: ["e5-"], template: "one_shot" },
  { adapter: "Lamma2ChineseAdapter", any: ["llama2-chinese"], template: "llama2-chinese" },
  { adapter: "Lamma2ChineseAlpacaAdapter", any: ["chinese-alpaca"], template: "chinese-alpaca2" },
  {
    adapter: "VigogneAdapter",
    any: ["vigogne", "vigostral"],
    choices: [
      { all: ["chat", "vigostral"], template: "vigogne_chat_v3" },
      { any: ["chat"], template: "vigogne_chat_v2" },
    ],
    template: "vigogne_instruct",
  },
  {
    adapter: "OpenLLaMaOpenInstructAdapter",
    all: ["open-llama", "open-instruct"],
    template: "alpaca",
  },
  { adapter: "ReaLMAdapter", any: ["ReaLM"], cased: true, template: "ReaLM-7b-v1" },
  { adapter: "PhindCodeLlamaAdapter", any: ["phind-codellama-"], template: "phind" },
  { adapter: "CodeLlamaAdapter", any: ["codellama"], template: "llama-2" },
  { adapter: "Llama2ChangAdapter", any: ["llama2-ko-chang"], template: "polyglot_changgpt" },
  { adapter: "ZephyrAdapter", any: ["zephyr"], template: "zephyr" },
  { adapter: "NotusAdapter", any: ["notus"], template: "zephyr" },
  { adapter: "CatPPTAdapter", any: ["catppt"], template: "catppt" },
  { adapter: "TinyLlamaAdapter", any: ["tinyllama"], template: "TinyLlama" },
  { adapter: "XwinLMAdapter", any: ["xwin-lm"], template: "vicuna_v1.1" },
  { adapter: "LemurAdapter", any: ["lemur-70b-chat"], template: "lemur-70b-chat" },
  {
    adapter: "PygmalionAdapter",
    any: ["pygmalion", "mythalion", "metharme"],
    template: "metharme",
  },
  { adapter: "MicrosoftOrcaAdapter", any: ["orca-2"], template: "orca-2" },
  { adapter: "XdanAdapter", all: ["xdan", "v1"], template: "xdan-v1" },
  { adapter: "YiAdapter", all: ["yi-", "chat"], template: "Yi-34b-chat" },
  {
    adapter: "PplxAIAdapter",
    is: ["pplx-7b-online", "pplx-70b-online"],
    cased: true,
    template: "pplxai",
  },
  { adapter: "DeepseekCoderAdapter", any: ["deepseek-coder"], template: "deepseek-coder" },
  { adapter: "DeepseekChatAdapter", all: ["deepseek-llm", "chat"], template: "deepseek-chat" },
  { adapter: "Yuan2Adapter", any: ["yuan2"], template: "yuan2" },
  { adapter: "MetaMathAdapter", any: ["metamath"], template: "metamath" },
  { adapter: "BagelAdapter", any: ["bagel"], template: "airoboros_v3" },
  { adapter: "SolarAdapter", all: ["solar-", "instruct"], template: "solar" },
  { adapter: "SteerLMAdapter", any: ["steerlm-chat"], template: "steerlm" },
  {
    adapter: "LlavaAdapter",
    any: ["llava"],
    choices: [{ any: ["34b"], template: "llava-chatml" }],
    template: "vicuna_v1.1",
  },
  { adapter: "YuanAdapter", any: ["yuan"], template: "yuan" },
  { adapter: "OlmoAdapter", any: ["olmo"], template: "api_based_default" },
  { adapter: "CohereAdapter", is: ["command-r"], cased: true, template: "api_based_default" },
  { adapter: "DBRXAdapter", is: ["dbrx-instruct"], cased: true, template: "api_based_default" },
  { adapter: "GemmaAdapter", any: ["gemma"], template: "gemma" },
  { adapter: "YandexGPTAdapter", any: ["yandexgpt"], template: "yandexgpt" },
  { adapter: "CllmAdapter", any: ["consistency-llm"], template: "cllm" },
  { adapter: "RekaAdapter", any: ["reka"], template: "api_based_default" },
  { adapter: "SmaugChatAdapter", any: ["smaug"], template: "qwen-7b-chat" },
  { adapter: "Llama3Adapter", any: ["llama-3-"], template: "llama-3" },
  {
    adapter: "Llama31Adapter",
    any: ["llama-3.1"],
    choices: [
      {
        is: ["llama-3.1-8b-instruct", "llama-3.1-70b-instruct", "the-real-chatbot-v2"],
        template: "meta-llama-3.1-sp",
      },
    ],
    template: "meta-llama-3.1",
  },
  {
    adapter: "GrokAdapter",
    any: ["grok"],
    choices: [{ any: ["mini"], template: "grok-2-mini" }],
    template: "grok-2",
  },
  { adapter: "NoSystemAdapter", is: ["athene-70b", "p2l"], template: "api_based_default" },
];
