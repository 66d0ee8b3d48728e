/** @file Schemas as clients send them: function parameters, zod's, Pydantic's, OpenAPI's. */
import type { NamedSchema } from "./schemas.ts";

export const realSchemas: NamedSchema[] = [
  [
    "get_weather",
    {
      type: "object",
      properties: {
        location: { type: "string", description: "City and country, e.g. Bogotá, Colombia" },
        unit: { type: "string", enum: ["celsius", "fahrenheit"] },
      },
      required: ["location"],
    },
  ],
  [
    "send_email, strict",
    {
      type: "object",
      properties: {
        to: { type: "string", format: "email" },
        subject: { type: "string", maxLength: 20 },
        body: { type: ["string", "null"] },
        attachments: { type: "array", items: { type: "string" }, maxItems: 3 },
      },
      required: ["to", "subject", "body", "attachments"],
      additionalProperties: false,
    },
  ],
  [
    "a calendar event with people",
    {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: {
        name: { type: "string" },
        date: { type: "string", format: "date-time" },
        participants: { type: "array", items: { type: "string" } },
      },
      required: ["name", "date", "participants"],
      additionalProperties: false,
    },
  ],
  [
    "steps of a proof",
    {
      type: "object",
      properties: {
        steps: {
          type: "array",
          items: {
            type: "object",
            properties: { explanation: { type: "string" }, output: { type: "string" } },
            required: ["explanation", "output"],
            additionalProperties: false,
          },
        },
        final_answer: { type: "string" },
      },
      required: ["steps", "final_answer"],
      additionalProperties: false,
    },
  ],
  [
    "a user interface, recursive",
    {
      type: "object",
      properties: {
        type: { type: "string", enum: ["div", "button", "header", "section", "field", "form"] },
        label: { type: "string" },
        children: { type: "array", items: { $ref: "#" } },
        attributes: {
          type: "array",
          items: {
            type: "object",
            properties: { name: { type: "string" }, value: { type: "string" } },
            required: ["name", "value"],
            additionalProperties: false,
          },
        },
      },
      required: ["type", "label", "children", "attributes"],
      additionalProperties: false,
    },
  ],
  [
    "moderation",
    {
      type: "object",
      properties: {
        is_violating: { type: "boolean" },
        category: { type: ["string", "null"], enum: ["violence", "sexual", "self_harm", null] },
        explanation_if_violating: { type: ["string", "null"] },
      },
      required: ["is_violating", "category", "explanation_if_violating"],
      additionalProperties: false,
    },
  ],
  [
    "Pydantic's optional and union",
    {
      $defs: {
        Address: {
          properties: {
            street: { title: "Street", type: "string" },
            zip: {
              anyOf: [{ type: "string", pattern: "^\\d{5}$" }, { type: "null" }],
              default: null,
              title: "Zip",
            },
          },
          required: ["street"],
          title: "Address",
          type: "object",
        },
        Role: { enum: ["admin", "user"], title: "Role", type: "string" },
      },
      properties: {
        name: { title: "Name", type: "string", minLength: 1, maxLength: 30 },
        age: { exclusiveMinimum: 0, maximum: 150, title: "Age", type: "integer" },
        roles: {
          items: { $ref: "#/$defs/Role" },
          title: "Roles",
          type: "array",
          uniqueItems: true,
        },
        address: { anyOf: [{ $ref: "#/$defs/Address" }, { type: "null" }] },
        score: {
          anyOf: [{ type: "integer" }, { type: "number" }, { type: "string" }],
          title: "Score",
        },
      },
      required: ["name", "age", "roles", "address"],
      title: "Person",
      type: "object",
    },
  ],
  [
    "Pydantic's discriminated union",
    {
      $defs: {
        Cat: {
          properties: { pet_type: { const: "cat", type: "string" }, meows: { type: "integer" } },
          required: ["pet_type", "meows"],
          type: "object",
        },
        Dog: {
          properties: { pet_type: { const: "dog", type: "string" }, barks: { type: "number" } },
          required: ["pet_type", "barks"],
          type: "object",
        },
      },
      properties: {
        pet: {
          discriminator: {
            mapping: { cat: "#/$defs/Cat", dog: "#/$defs/Dog" },
            propertyName: "pet_type",
          },
          oneOf: [{ $ref: "#/$defs/Cat" }, { $ref: "#/$defs/Dog" }],
        },
      },
      required: ["pet"],
      type: "object",
    },
  ],
  [
    "zod's record, tuple and safe integer",
    {
      type: "object",
      properties: {
        counts: {
          type: "object",
          propertyNames: { type: "string" },
          additionalProperties: {
            type: "integer",
            minimum: -9007199254740991,
            maximum: 9007199254740991,
          },
        },
        point: {
          type: "array",
          prefixItems: [{ type: "number" }, { type: "number" }],
          items: false,
          minItems: 2,
        },
        when: { type: "string", format: "date", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
        id: {
          type: "string",
          format: "uuid",
          pattern:
            "^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12})$",
        },
      },
      required: ["counts", "point", "when", "id"],
      additionalProperties: false,
    },
  ],
  [
    "a search tool with filters",
    {
      type: "object",
      properties: {
        query: { type: "string", minLength: 1 },
        limit: { type: "integer", minimum: 1, maximum: 50, default: 10 },
        filters: {
          type: "object",
          properties: {
            after: { type: "string", format: "date" },
            tags: {
              type: "array",
              items: { type: "string", pattern: "^[a-z0-9-]+$" },
              maxItems: 5,
            },
            price: {
              type: "object",
              properties: {
                min: { type: "number", minimum: 0 },
                max: { type: "number", minimum: 0 },
              },
            },
          },
          additionalProperties: false,
        },
        sort: { oneOf: [{ const: "asc" }, { const: "desc" }, { type: "null" }] },
      },
      required: ["query"],
    },
  ],
  ["a tool without parameters", { type: "object", properties: {} }],
  [
    "an MCP tool without parameters",
    {
      type: "object",
      properties: {},
      required: [],
      additionalProperties: false,
      $schema: "http://json-schema.org/draft-07/schema#",
    },
  ],
  [
    "a file edit",
    {
      type: "object",
      properties: {
        path: { type: "string", pattern: "^/" },
        edits: {
          type: "array",
          minItems: 1,
          items: {
            type: "object",
            properties: {
              oldText: { type: "string" },
              newText: { type: "string" },
              line: { type: "integer", minimum: 1 },
            },
            required: ["oldText", "newText"],
            additionalProperties: false,
          },
        },
        dryRun: { type: "boolean", default: false },
      },
      required: ["path", "edits"],
      additionalProperties: false,
    },
  ],
  [
    "an order",
    {
      type: "object",
      properties: {
        id: { type: "string", pattern: "^ORD-[0-9]{6}$" },
        currency: { type: "string", enum: ["EUR", "USD", "JPY"] },
        lines: {
          type: "array",
          items: {
            type: "object",
            properties: {
              sku: { type: "string", minLength: 3, maxLength: 12 },
              quantity: { type: "integer", minimum: 1, maximum: 999 },
              price: { type: "number", minimum: 0, maximum: 99999.99 },
            },
            required: ["sku", "quantity", "price"],
            additionalProperties: false,
          },
          minItems: 1,
          maxItems: 4,
        },
        shipping: {
          allOf: [
            { $ref: "#/$defs/address" },
            { properties: { express: { type: "boolean" } }, required: ["express"] },
          ],
        },
      },
      required: ["id", "currency", "lines", "shipping"],
      additionalProperties: false,
      $defs: {
        address: {
          type: "object",
          properties: {
            city: { type: "string" },
            country: { type: "string", pattern: "^[A-Z]{2}$" },
          },
          required: ["city", "country"],
        },
      },
    },
  ],
  [
    "GeoJSON geometry",
    {
      oneOf: [
        {
          type: "object",
          properties: { type: { const: "Point" }, coordinates: { $ref: "#/$defs/position" } },
          required: ["type", "coordinates"],
        },
        {
          type: "object",
          properties: {
            type: { const: "LineString" },
            coordinates: {
              type: "array",
              items: { $ref: "#/$defs/position" },
              minItems: 2,
              maxItems: 4,
            },
          },
          required: ["type", "coordinates"],
        },
      ],
      $defs: {
        position: {
          type: "array",
          prefixItems: [
            { type: "number", minimum: -180, maximum: 180 },
            { type: "number", minimum: -90, maximum: 90 },
          ],
          items: false,
          minItems: 2,
        },
      },
    },
  ],
  [
    "OpenAPI's nullable and formats",
    {
      type: "object",
      properties: {
        id: { type: "integer", format: "int64" },
        small: { type: "integer", format: "int32", minimum: 0 },
        ratio: { type: "number", format: "float" },
        nickname: { type: "string", nullable: true },
        website: { type: "string", format: "uri" },
        created: { type: "string", format: "date-time" },
      },
      required: ["id", "nickname"],
    },
  ],
];
