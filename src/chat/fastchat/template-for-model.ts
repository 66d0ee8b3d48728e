/** @file The template that FastChat's adapters give a model for its name. */
import { basename, normalize } from "node:path/posix";
import { type AdapterRule, adapterRules, type Condition } from "./adapter-rules.ts";

export type AdapterChoice = {
  adapter: string;
  template: string;
  /** False where no rule names a template, and FastChat falls back on `one_shot`. */
  byRule: boolean;
};

/** @param modelPath a path or a name; its last part is looked at first, then the whole. */
export function fastchatTemplateFor(modelPath: string): AdapterChoice {
  const rule = ruleFor(lastPart(modelPath)) ?? ruleFor(modelPath);
  const template = rule && templateOf(rule, modelPath);
  return {
    adapter: rule?.adapter ?? "BaseModelAdapter",
    template: template ?? "one_shot",
    byRule: template !== undefined,
  };
}

const lastPart = (path: string) => basename(normalize(path));

function ruleFor(name: string): AdapterRule | undefined {
  return adapterRules.find((rule) => holds(rule, name) || (rule.or && holds(rule.or, name)));
}

function templateOf({ choices = [], template }: AdapterRule, path: string): string | undefined {
  return choices.find((choice) => holds(choice, path))?.template ?? template;
}

function holds(condition: Condition, path: string): boolean {
  const { any, all = [], none = [], is, cased = false } = condition;
  const part = condition.lastPart ? lastPart(path) : path;
  const name = cased ? part : part.toLowerCase();
  const says = (word: string) => name.includes(word);
  return (
    (any?.some(says) ?? true) && all.every(says) && !none.some(says) && (is?.includes(name) ?? true)
  );
}
