/**
 * @file Which of FastChat's workers are let in: their protocol knows no keys, and whoever is let in
 * is sent prompts, and is connected to (CVE-2024-10044: FastChat's controller lets everybody in).
 */
import type { Context } from "hono";
import { pythonJson } from "../dialects/fastchat/python-json.ts";
import { ForbiddenError, InvalidApiKeyError, InvalidRequestError } from "../errors/api-error.ts";
import { keyFinder } from "../http/auth.ts";
import { toOrigin, workerOrigins } from "../http/worker-origins.ts";
import type { WorkerState } from "../protocol/registry.ts";

export type AdmissionOptions = {
  /** Who carries it is let in from anywhere. */
  joinToken?: string | undefined;
  /** Addresses of workers that are let in without it, as `workerOrigins` reads them. */
  allowedWorkers?: readonly string[] | undefined;
  /** Told of each address that is turned away, once. */
  say?: ((line: string) => void) | undefined;
};

/** So many are told of; after that it is noise. */
const mostTold = 100;

export class Admission {
  /** Whether the request carries the token; never, where there is none. */
  readonly carriesToken: (c: Context) => boolean;
  readonly #hasToken: boolean;
  readonly #isAllowed: (origin: URL) => boolean;
  readonly #say: (line: string) => void;
  readonly #told = new Set<string>();

  /** @throws {UsageError} an allowed worker is named in no form that is known. */
  constructor({ joinToken, allowedWorkers = [], say = () => {} }: AdmissionOptions) {
    this.carriesToken = keyFinder(joinToken === undefined ? [] : [joinToken]);
    this.#hasToken = joinToken !== undefined;
    this.#isAllowed = workerOrigins(allowedWorkers);
    this.#say = say;
  }

  /**
   * Where the worker of a registration may be called.
   *
   * @throws {ForbiddenError} the request has no token, and the address is on no list.
   * @throws {InvalidRequestError} a token holder names something that is no origin.
   */
  admit(c: Context, address: string): URL {
    const origin = toOrigin(address);
    const hasToken = this.carriesToken(c);
    if (origin !== null && (hasToken || this.#isAllowed(origin))) return origin;
    if (hasToken) throw notAnOrigin();
    const refusal = refusalOf(origin?.origin ?? address);
    this.#tellOnce(refusal);
    throw new ForbiddenError(refusal);
  }

  /**
   * The address that a beat is for. A worker on the list has no token for its beats either.
   *
   * @throws {InvalidApiKeyError} no token, and on no list.
   */
  admitBeat(c: Context, address: string): URL {
    const origin = toOrigin(address);
    const hasToken = this.carriesToken(c);
    if (origin !== null && (hasToken || this.#isAllowed(origin))) return origin;
    throw hasToken ? notAnOrigin() : new InvalidApiKeyError();
  }

  /**
   * Whether the controller itself may connect to a worker of the table. Ours register without proof
   * where no token is asked for; that is enough for them to be told of, and no more.
   */
  has({ wire, address }: WorkerState): boolean {
    return wire === "fastchat" || this.#hasToken || this.#isAllowed(new URL(address));
  }

  #tellOnce(refusal: string): void {
    if (this.#told.has(refusal) || this.#told.size >= mostTold) return;
    this.#told.add(refusal);
    this.#say(refusal);
  }
}

function notAnOrigin(): InvalidRequestError {
  return new InvalidRequestError("A worker's address is http://host:port.", "worker_name");
}

/** The address is a stranger's: on the operator's terminal it is text, and short. */
function refusalOf(address: string): string {
  const shown = pythonJson(address.slice(0, 200));
  return `The FastChat worker at ${shown} is not let in: start it with --controller-address http://worker:JOIN_TOKEN@host:port, or the controller with --allow-workers ${shown}.`;
}
