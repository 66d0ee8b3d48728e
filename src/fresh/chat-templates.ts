/**
 * @file Chat templates in Jinja, one per model family, each with the marks its family was trained on.
 */

/** Qwen 2.5: ChatML, tools in the system message, calls as `<tool_call>` blocks. */
export const qwenTemplate = chatml("");

/** Qwen 3: as Qwen 2.5, and an empty thought where `enable_thinking` is false. */
export const qwen3Template = chatml(
  "{%- if enable_thinking is defined and not enable_thinking -%}{{ '<think>\\n\\n</think>\\n\\n' }}{%- endif -%}",
);

/** ChatML and nothing else. */
export const chatmlTemplate =
  "{%- for message in messages -%}" +
  "{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}" +
  "{%- endfor -%}" +
  "{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' }}{%- endif -%}";

function chatml(afterPrompt: string): string {
  return `{%- set opening = messages[0].content if messages and messages[0].role == 'system' else 'You are a helpful assistant.' -%}
{%- if tools -%}
{{- '<|im_start|>system\\n' + opening + '\\n\\n# Tools\\n\\nYou may call one or more functions to help with the request. Their signatures stand within <tools></tools> tags:\\n<tools>' -}}
{%- for tool in tools -%}{{- '\\n' + (tool | tojson) -}}{%- endfor -%}
{{- '\\n</tools>\\n\\nFor each call, answer with a JSON object within <tool_call></tool_call> tags:\\n<tool_call>\\n{"name": <function-name>, "arguments": <arguments-object>}\\n</tool_call><|im_end|>\\n' -}}
{%- else -%}
{{- '<|im_start|>system\\n' + opening + '<|im_end|>\\n' -}}
{%- endif -%}
{%- for message in messages -%}
{%- if message.role == 'tool' -%}
{%- if loop.first or messages[loop.index0 - 1].role != 'tool' -%}{{- '<|im_start|>user' -}}{%- endif -%}
{{- '\\n<tool_response>\\n' + message.content + '\\n</tool_response>' -}}
{%- if loop.last or messages[loop.index0 + 1].role != 'tool' -%}{{- '<|im_end|>\\n' -}}{%- endif -%}
{%- elif message.role == 'assistant' and message.tool_calls -%}
{{- '<|im_start|>assistant' -}}
{%- if message.content -%}{{- '\\n' + message.content -}}{%- endif -%}
{%- for call in message.tool_calls -%}
{%- set function = call.function if call.function else call -%}
{{- '\\n<tool_call>\\n{"name": "' + function.name + '", "arguments": ' -}}
{{- function.arguments if function.arguments is string else (function.arguments | tojson) -}}
{{- '}\\n</tool_call>' -}}
{%- endfor -%}
{{- '<|im_end|>\\n' -}}
{%- elif not (message.role == 'system' and loop.first) -%}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}${afterPrompt}{%- endif -%}`;
}

/** Llama 3: each message behind a header, ended by `<|eot_id|>`; tools as JSON in the system message. */
export const llama3Template = `{{- bos_token -}}
{%- set has_system = messages and messages[0].role == 'system' -%}
{%- if has_system or tools -%}
{{- '<|start_header_id|>system<|end_header_id|>\\n\\n' -}}
{%- if tools -%}
{{- 'You have access to the following functions. To call one, answer with JSON of the form {"name": function name, "parameters": its arguments}.\\n\\n' -}}
{%- for tool in tools -%}{{- (tool | tojson) + '\\n\\n' -}}{%- endfor -%}
{%- endif -%}
{{- (messages[0].content | trim if has_system else '') + '<|eot_id|>' -}}
{%- endif -%}
{%- for message in messages -%}
{%- if message.role == 'tool' -%}
{{- '<|start_header_id|>ipython<|end_header_id|>\\n\\n' + message.content + '<|eot_id|>' -}}
{%- elif message.tool_calls -%}
{%- set call = message.tool_calls[0] -%}
{%- set function = call.function if call.function else call -%}
{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n{"name": "' + function.name + '", "parameters": ' -}}
{{- function.arguments if function.arguments is string else (function.arguments | tojson) -}}
{{- '}<|eot_id|>' -}}
{%- elif not (loop.first and has_system) -%}
{{- '<|start_header_id|>' + message.role + '<|end_header_id|>\\n\\n' + (message.content | trim) + '<|eot_id|>' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' -}}{%- endif -%}`;

/** Mistral: what the user says stands in brackets, and only answers are ended. */
export const mistralTemplate = `{{- bos_token -}}
{%- set has_system = messages and messages[0].role == 'system' -%}
{%- set opening = messages[0].content + '\\n\\n' if has_system else '' -%}
{%- set turns = messages[1:] if has_system else messages -%}
{%- for message in turns -%}
{%- if message.role == 'user' -%}
{{- '[INST] ' + (opening if loop.first else '') + message.content + ' [/INST]' -}}
{%- else -%}
{{- ' ' + message.content + eos_token -}}
{%- endif -%}
{%- endfor -%}`;

/** Gemma 2 and 3: user and model take turns; what the system says opens the first user turn. */
export const gemmaTemplate = `{{- bos_token -}}
{%- set has_system = messages and messages[0].role == 'system' -%}
{%- set opening = (messages[0].content | trim) + '\\n\\n' if has_system else '' -%}
{%- set turns = messages[1:] if has_system else messages -%}
{%- for message in turns -%}
{%- if (message.role == 'user') != (loop.index0 % 2 == 0) -%}
{{- raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') -}}
{%- endif -%}
{{- '<start_of_turn>' + ('model' if message.role == 'assistant' else message.role) + '\\n' -}}
{{- (opening if loop.first else '') + (message.content | trim) + '<end_of_turn>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<start_of_turn>model\\n' -}}{%- endif -%}`;

/** Phi 3: each role has its own mark, and `<|end|>` ends every message. */
export const phi3Template = `{%- for message in messages -%}
{%- if message.role in ['system', 'user', 'assistant'] -%}
{{- '<|' + message.role + '|>\\n' + message.content + '<|end|>\\n' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|assistant|>\\n' -}}{%- else -%}{{- eos_token -}}{%- endif -%}`;
