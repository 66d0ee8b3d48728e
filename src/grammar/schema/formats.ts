/**
 * @file The formats of strings as regular expressions that match whole texts.
 *
 * Each is within what its standard and ajv-formats allow, often less: where a standard limits both
 * parts and the whole, the whole is as short as a part. Leap days are those of the calendar.
 */

const leapYear = "(\\d\\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)";
const date = `(\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))|${leapYear}-02-29)`;
const clock = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,9})?";
const offset = "(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)";

const byte = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ipv4 = `${byte}(\\.${byte}){3}`;
const hex = "[0-9a-fA-F]{1,4}";
const ipv6 = [
  `(${hex}:){7}${hex}`,
  `(${hex}:){6}(${ipv4}|:${hex})`,
  `(${hex}:){5}(:${hex}){1,2}`,
  `(${hex}:){4}(:${hex}){1,3}`,
  `(${hex}:){3}(:${hex}){1,4}`,
  `(${hex}:){2}(:${hex}){1,5}`,
  `${hex}:(:${hex}){1,6}`,
  `:(:${hex}){1,7}`,
  `(${hex}:){1,7}:`,
  "::",
].join("|");

const label = "[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?";
const hostname = `${label}(\\.${label})*`;
const mailbox = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+";
const email = `${mailbox}(\\.${mailbox})*@${label}(\\.${label})+`;

const safe = "([a-zA-Z0-9._~!$&'()*+,;=:@-]|%[0-9a-fA-F]{2})";
const path = `(/${safe}*)*`;
const query = `(\\?(${safe}|[/?])*)?(#(${safe}|[/?])*)?`;
const authority = `${hostname}(:\\d+)?`;
const uri = `[a-zA-Z][a-zA-Z0-9+.-]*:(//${authority}${path}|${safe}+${path})${query}`;

const word = "[a-z0-9]+(-[a-z0-9]+)*";

const days = "\\d{1,6}D";
const months = `\\d{1,6}M(${days})?`;
const dates = `(\\d{1,6}Y(${months}|${days})?|${months}|${days})`;
const seconds = "\\d{1,6}S";
const minutes = `\\d{1,6}M(${seconds})?`;
const times = `T(\\d{1,6}H(${minutes}|${seconds})?|${minutes}|${seconds})`;

const pointer = "(/([^~/]|~[01])*)*";

/** By the name of the format. A name that is not here says nothing about a text. */
export const stringFormats: ReadonlyMap<string, string> = new Map([
  ["date", date],
  ["time", `${clock}${offset}`],
  ["date-time", `${date}T${clock}${offset}`],
  ["iso-time", `${clock}${offset}?`],
  ["iso-date-time", `${date}T${clock}${offset}?`],
  ["duration", `P(${dates}(${times})?|${times}|\\d{1,6}W)`],
  ["uuid", "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"],
  ["email", email],
  ["idn-email", email],
  ["hostname", hostname],
  ["idn-hostname", hostname],
  ["ipv4", ipv4],
  ["ipv6", ipv6],
  ["uri", uri],
  ["iri", uri],
  ["url", `https?://(${word}\\.)+[a-z]{2,}(:\\d{2,5})?(/${safe}*${path}${query})?`],
  ["uri-reference", `(${uri}|/${safe}*${path}${query})`],
  ["iri-reference", `(${uri}|/${safe}*${path}${query})`],
  ["uri-template", `[a-zA-Z0-9/:._~-]*(\\{[a-zA-Z0-9_]+\\}[a-zA-Z0-9/:._~-]*)*`],
  ["json-pointer", pointer],
  ["relative-json-pointer", `(0|[1-9]\\d{0,8})(#|${pointer})`],
  ["json-pointer-uri-fragment", "#(/[a-zA-Z0-9._-]*)*"],
  ["byte", "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"],
]);

/** Formats with a limit on the whole text, in characters: a host's name has 253, each label 63. */
export const longestOfFormat: ReadonlyMap<string, number> = new Map([
  ["hostname", 63],
  ["idn-hostname", 63],
]);

/** Formats of texts that a regular expression does not describe. */
export const refusedFormats: ReadonlySet<string> = new Set(["regex"]);
