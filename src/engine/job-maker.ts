/**
 * @file Makes the jobs of a request: a sampler for each choice, and the grammar's automaton where
 * the answer has to follow one. Grammars and what is known of the vocabulary are kept for the next.
 */
import { InvalidRequestError } from "../errors/request-errors.ts";
import { compileGrammar, type Grammar } from "../grammar/matcher/grammar.ts";
import { TokenTrie } from "../grammar/matcher/token-trie.ts";
import { Candidates } from "../llama/candidates.ts";
import type { Model } from "../llama/model.ts";
import type { Native } from "../llama/native.ts";
import { Sampler } from "../llama/sampler.ts";
import { Constraint } from "./constraint.ts";
import type { Job } from "./job.ts";
import type { Generation } from "./messages.ts";
import { TextStream } from "./text-stream.ts";
import { ThoughtBudget } from "./thought-budget.ts";
import { TokenLog } from "./token-log.ts";

/** Grammars that stay compiled, with all that has been learned of their states. */
const keptGrammars = 32;

export class JobMaker {
  readonly #native: Native;
  readonly #model: Model;
  readonly #contextSize: number;
  /** Least recently used first. */
  readonly #grammars = new Map<string, Grammar>();
  /** By the control tokens that are part of the text. */
  readonly #tries = new Map<string, TokenTrie>();
  #candidates: Candidates | undefined;

  /** @param contextSize Tokens that penalties may look back on at most. */
  constructor(native: Native, model: Model, contextSize: number) {
    this.#native = native;
    this.#model = model;
    this.#contextSize = contextSize;
  }

  /**
   * The job of a request's first choice; the others wait in it for the prompt to be read.
   *
   * @throws {InvalidRequestError} the grammar is not valid, or the vocabulary cannot begin to follow it.
   */
  job(id: number, generation: Generation, now: number): Job {
    const { choices, cachePrompt, promptLogprobs } = generation;
    const job = this.#job(id, 0, generation, now);
    job.forks = Array.from({ length: choices - 1 }, (_, i) => i + 1);
    job.usesCache = cachePrompt;
    job.tellsPrompt = promptLogprobs;
    job.constraint?.assertLeadsOn();
    return job;
  }

  /** The job of another choice, whose prompt the first one has read. */
  fork({ id, generation, queuedAt }: Job, choice: number): Job {
    return this.#job(id, choice, generation, queuedAt);
  }

  /** Gives a job that is seated its sampler. */
  equip(job: Job): void {
    if (job.sampler !== null) return;
    const { sampling, ignoreEnd, minTokens, stopTokens } = job.generation;
    const { vocab } = this.#model;
    const ends = ignoreEnd || minTokens > 0 ? vocab.endTokens() : [];
    const forbidden = minTokens > 0 && !ignoreEnd ? [...ends, ...stopTokens] : ends;
    const options = { ...sampling, seed: (sampling.seed + job.choice) >>> 0 };
    job.sampler = new Sampler(this.#native, vocab, options, this.#contextSize, forbidden);
    job.sampler.acceptPrompt(job.tokens.slice(0, job.promptTokens));
  }

  #job(id: number, choice: number, generation: Generation, now: number): Job {
    const { tokens, stops, trimStart, thought, logprobs } = generation;
    const grammar = this.#grammarOf(generation);
    return {
      id,
      choice,
      generation,
      tokens: Array.from(tokens),
      promptTokens: tokens.length,
      sampler: null,
      constraint: grammar && this.#constraint(grammar, generation.visible),
      text: new TextStream(stops, trimStart),
      thought: thought && new ThoughtBudget(thought),
      forced: [],
      log: logprobs === null ? null : new TokenLog(),
      promptLogprobs: [],
      forks: [],
      usesCache: true,
      tellsPrompt: false,
      queuedAt: now,
      startedAt: 0,
      firstTokenAt: 0,
      cachedTokens: 0,
      draft: { tokens: 0, accepted: 0 },
    };
  }

  #constraint(grammar: Grammar, visible: readonly number[]): Constraint {
    this.#candidates ??= new Candidates(this.#model.vocab.size);
    return new Constraint(grammar, this.#trie(visible), this.#candidates);
  }

  #grammarOf({ grammar }: Generation): Grammar | null {
    if (grammar === null) return null;
    const { gbnf, param } = grammar;
    const compiled = this.#grammars.get(gbnf) ?? compiledFor(gbnf, param);
    this.#grammars.delete(gbnf);
    this.#grammars.set(gbnf, compiled);
    if (this.#grammars.size > keptGrammars)
      this.#grammars.delete(this.#grammars.keys().next().value ?? "");
    return compiled;
  }

  #trie(visible: readonly number[]): TokenTrie {
    const key = visible.join();
    const known = this.#tries.get(key);
    if (known) return known;
    const { vocab } = this.#model;
    const shown = new Set(visible);
    const controls = new Set(vocab.controlTokenIds());
    const bytes = (token: number) => {
      if (controls.has(token) && !shown.has(token)) return null;
      const piece = vocab.piece(token, shown.has(token)).bytes;
      return piece.length === 0 ? null : piece;
    };
    const isEnd = (token: number) => vocab.isEndOfGeneration(token);
    const trie = new TokenTrie({ size: vocab.size, bytes, isEnd });
    this.#tries.set(key, trie);
    return trie;
  }
}

/** A grammar made from another field's words is refused in that field's name. */
function compiledFor(gbnf: string, param: string): Grammar {
  try {
    return compileGrammar(gbnf);
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error;
    throw new InvalidRequestError(error.message, param, error.code);
  }
}
