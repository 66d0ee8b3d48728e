/** @file A small value that a zod schema takes, read off its JSON Schema. */
import { z } from "zod";

type Node = {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Node[];
  oneOf?: Node[];
  items?: Node;
  minimum?: number;
  exclusiveMinimum?: number;
  properties?: Record<string, Node>;
  required?: string[];
};

export function sampledValue(schema: z.core.$ZodType): unknown {
  return sample(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Node);
}

function sample(node: Node): unknown {
  if ("const" in node) return node.const;
  if (node.enum) return node.enum[0];
  const choice = (node.anyOf ?? node.oneOf)?.find(({ type }) => type !== "null");
  if (choice) return sample(choice);
  switch ([node.type].flat()[0]) {
    case "boolean":
      return true;
    case "integer":
      return Math.max(1, node.minimum ?? 1);
    case "number":
      return Math.max(node.minimum ?? 0, (node.exclusiveMinimum ?? -1) + 1, 0.5);
    case "string":
      return "a";
    case "array":
      return [sample(node.items ?? {})];
    case "object":
      return Object.fromEntries(
        (node.required ?? []).map((key) => [key, sample(node.properties?.[key] ?? {})]),
      );
    default:
      return "a";
  }
}
