/**
 * @file Which of FastChat's workers are let in: their protocol knows no keys, and whoever is let in
 * is sent prompts, and is connected to (CVE-2024-10044: FastChat's controller lets everybody in).
 */
import type { Context } from "hono";
import { pythonJson } from "../dialects/fastchat/python-json.ts";
import { ForbiddenError, InvalidApiKeyError } from "../errors/access-errors.ts";
import { InvalidRequestError } from "../errors/request-errors.ts";
import { keyFinder } from "../http/auth.ts";
import { type Resolve, sameHost } from "../http/same-host.ts";
import { toOrigin, workerOrigins } from "../http/worker-origins.ts";
import type { WorkerState } from "../protocol/registry.ts";

export type AdmissionOptions = {
  /** Who carries it is let in from anywhere. */
  joinToken?: string | undefined;
  /** Addresses of workers that are let in without it, from there, as `workerOrigins` reads them. */
  allowedWorkers?: readonly string[] | undefined;
  /** Finds the addresses of an allowed worker's host; default: the system does. */
  resolve?: Resolve | undefined;
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
  readonly #isFrom: (c: Context, origin: URL) => Promise<boolean>;
  readonly #say: (line: string) => void;
  readonly #told = new Set<string>();

  /** @throws {UsageError} an allowed worker is named in no form that is known. */
  constructor({ joinToken, allowedWorkers = [], resolve, say = () => {} }: AdmissionOptions) {
    this.carriesToken = keyFinder(joinToken === undefined ? [] : [joinToken]);
    this.#hasToken = joinToken !== undefined;
    this.#isAllowed = workerOrigins(allowedWorkers);
    this.#isFrom = sameHost(resolve);
    this.#say = say;
  }

  /**
   * Where the worker of a registration may be called.
   *
   * @throws {ForbiddenError} no token, and the address is on no list, or is not the sender's own.
   * @throws {InvalidRequestError} a token holder names something that is no origin.
   */
  async admit(c: Context, address: string): Promise<URL> {
    const origin = toOrigin(address);
    if (this.carriesToken(c)) return originOrThrow(origin);
    if (origin !== null && (await this.#speaksForItself(c, origin))) return origin;
    const isListed = origin !== null && this.#isAllowed(origin);
    const refusal = refusalOf(origin?.origin ?? address, isListed);
    this.#tellOnce(refusal);
    throw new ForbiddenError(refusal);
  }

  /**
   * The address that a beat is for. A worker on the list has no token for its beats either.
   *
   * @throws {InvalidApiKeyError} no token, and on no list, or not the sender's own.
   */
  async admitBeat(c: Context, address: string): Promise<URL> {
    const origin = toOrigin(address);
    if (this.carriesToken(c)) return originOrThrow(origin);
    if (origin !== null && (await this.#speaksForItself(c, origin))) return origin;
    throw new InvalidApiKeyError();
  }

  /**
   * Whether the controller itself may connect to a worker of the table. Ours register without proof
   * where no token is asked for; that is enough for them to be told of, and no more.
   */
  has({ wire, address }: WorkerState): boolean {
    return wire === "fastchat" || this.#hasToken || this.#isAllowed(new URL(address));
  }

  /** Others could claim that a listed worker serves whatever they like. */
  async #speaksForItself(c: Context, origin: URL): Promise<boolean> {
    return this.#isAllowed(origin) && (await this.#isFrom(c, origin));
  }

  #tellOnce(refusal: string): void {
    if (this.#told.has(refusal) || this.#told.size >= mostTold) return;
    this.#told.add(refusal);
    this.#say(refusal);
  }
}

function originOrThrow(origin: URL | null): URL {
  if (origin !== null) return origin;
  throw new InvalidRequestError("A worker's address is http://host:port.", "worker_name");
}

/** The address is a stranger's: on the operator's terminal it is text, and short. */
function refusalOf(address: string, isListed: boolean): string {
  const shown = pythonJson(address.slice(0, 200));
  const why = isListed ? "was registered from another host, so it is" : "is";
  const orList = isListed ? "" : `, or the controller with --allow-workers ${shown}`;
  return `The FastChat worker at ${shown} ${why} not let in: start it with --controller-address http://worker:JOIN_TOKEN@host:port${orList}.`;
}
