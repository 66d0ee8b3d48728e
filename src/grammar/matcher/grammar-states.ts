/**
 * @file The states a grammar can be in after a text: sets of stacks, each a way to read the text.
 *
 * A stack is a chain of frames: on top the position that waits for a byte, below it where to go on
 * when the rule or the repetition that is being read is through. Equal stacks are one object, equal
 * states are one object, and each state remembers where each class of bytes leads. When the memory
 * for that is full all is forgotten and states in use are made anew: `generation` counts how often.
 */
import type { Position, Program } from "../gbnf/grammar-program.ts";
import { grammarError } from "../gbnf/grammar-rules.ts";

const maxStacks = 4096;
const maxFrames = 65_536;
const maxStates = 8192;
/** Stacks of all states together. */
const maxReferences = 262_144;
/** What one call from outside may cost: about 0.2 s. */
const maxSteps = 500_000;
/** Counts end at 2 000; a frame's key is its position and its count in one number. */
const countLimit = 4096;

/** `position` waits for a byte, or is where to go on; `count` is how often a `repeat` has begun. */
type Frame = {
  readonly id: number;
  readonly position: Position;
  readonly count: number;
  readonly below: Frame | null;
  /** Whether this frame or one below it counts. */
  readonly counts: boolean;
  children: Map<number, Frame> | null;
};

export type State = {
  readonly generation: number;
  readonly stacks: readonly Frame[];
  /** Whether the text may end here. */
  readonly accepting: boolean;
  /** (classes,) where a byte leads; undefined while nobody has asked. */
  readonly next: (State | undefined)[];
};

/** Follows a program without eating a byte: what is still to visit, and what came out. */
type Closure = {
  readonly visited: Set<number>;
  readonly todo: Place[];
  readonly stacks: Set<Frame>;
  accepting: boolean;
};
type Place = { position: Position; count: number; below: Frame };

export class GrammarStates {
  /** No text leads here: what a byte that is not allowed leads to. */
  readonly dead: State = { generation: -1, stacks: [], accepting: false, next: [] };
  readonly counts: boolean;
  readonly byteClasses: Uint8Array;
  readonly #program: Program;
  #bottom: Frame;
  #states = new Map<string, State>();
  #start: State | undefined;
  #frames = 0;
  #references = 0;
  #generation = 0;
  #steps = 0;

  constructor(program: Program) {
    this.#program = program;
    this.counts = program.counts;
    this.byteClasses = program.byteClasses;
    this.#bottom = this.#makeFrame(program.start, 0, null);
  }

  get generation(): number {
    return this.#generation;
  }

  /** The state before the first byte. */
  get start(): State {
    if (this.#start !== undefined) return this.#start;
    const closure = newClosure();
    this.#follow(closure, this.#program.start, this.#bottom);
    this.#start = this.#intern(closure.stacks, closure.accepting);
    return this.#start;
  }

  /** A call from outside begins: it may take so many steps and no more. */
  refill(): void {
    this.#steps = 0;
  }

  /**
   * Where a byte of this class leads; `dead` if it is not allowed.
   *
   * @throws {InvalidRequestError} there are too many ways to read the text.
   */
  step(state: State, byteClass: number): State {
    const known = state.next[byteClass];
    if (known !== undefined) return known;
    if (state.stacks.length === 0) return this.dead;
    const next = this.#advance(this.#current(state), this.#program.classBytes[byteClass] ?? 0);
    state.next[byteClass] = next;
    return next;
  }

  /** The same state with every count replaced by `toCount(repeat, count)`. */
  recount(state: State, toCount: (repeat: Position, count: number) => number): State {
    if (!state.stacks.some((stack) => stack.counts)) return state;
    const whole = state.generation !== this.#generation;
    const stacks = state.stacks.map((stack) => this.#rebuild(stack, toCount, whole));
    return this.#intern(new Set(stacks), state.accepting);
  }

  #advance(stacks: readonly Frame[], byte: number): State {
    const closure = newClosure();
    for (const { position, below } of stacks) {
      if (position.op !== "byte" || below === null) continue;
      this.#spend();
      const edge = position.edges.find(({ low, high }) => low <= byte && byte <= high);
      if (edge !== undefined) this.#follow(closure, edge.next, below);
    }
    if (closure.stacks.size === 0 && !closure.accepting) return this.dead;
    return this.#intern(closure.stacks, closure.accepting);
  }

  #follow(closure: Closure, position: Position, below: Frame): void {
    const { todo, visited, stacks } = closure;
    todo.push({ position, count: 0, below });
    for (let place = todo.pop(); place !== undefined; place = todo.pop()) {
      const key = (place.below.id * countLimit + place.count) * 2 ** 19 + place.position.id;
      if (visited.has(key)) continue;
      visited.add(key);
      this.#spend();
      this.#visit(closure, place);
      if (stacks.size > maxStacks) throw tooAmbiguous();
    }
  }

  #visit(closure: Closure, { position, count, below }: Place): void {
    const { todo } = closure;
    if (position.op === "byte") {
      // a set without characters is no way to go on
      if (position.edges.length > 0) closure.stacks.add(this.#frame(position, 0, below));
    } else if (position.op === "split")
      for (const target of position.targets) todo.push({ position: target, count: 0, below });
    else if (position.op === "call") {
      // a call at the end of a rule leaves nothing behind: lists by right recursion stay flat
      const through = position.next.op === "return";
      const under = through ? below : this.#frame(position.next, 0, below);
      todo.push({ position: position.rule.start, count: 0, below: under });
    } else if (position.op === "repeat") {
      const { least, most, body, next } = position;
      if (count >= least) todo.push({ position: next, count: 0, below });
      const begun = most === Number.POSITIVE_INFINITY ? Math.min(count + 1, least) : count + 1;
      if (count < most)
        todo.push({ position: body, count: 0, below: this.#frame(position, begun, below) });
    } else if (below.below === null) closure.accepting = true;
    else todo.push({ position: below.position, count: below.count, below: below.below });
  }

  #frame(position: Position, count: number, below: Frame): Frame {
    const key = position.id * countLimit + count;
    below.children ??= new Map();
    const known = below.children.get(key);
    if (known !== undefined) return known;
    const frame = this.#makeFrame(position, count, below);
    below.children.set(key, frame);
    return frame;
  }

  #makeFrame(position: Position, count: number, below: Frame | null): Frame {
    const counts = (below !== null && position.op === "repeat") || (below?.counts ?? false);
    return { id: this.#frames++, position, count, below, counts, children: null };
  }

  #intern(stacks: ReadonlySet<Frame>, accepting: boolean): State {
    const sorted = [...stacks].sort((a, b) => a.id - b.id);
    const key = `${accepting ? "+" : "-"}${sorted.map(({ id }) => id).join()}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const next = new Array<State | undefined>(this.#program.classBytes.length);
    const state = { generation: this.#generation, stacks: sorted, accepting, next };
    this.#states.set(key, state);
    this.#references += sorted.length;
    return state;
  }

  /** The state's stacks, as of today: built anew if all was forgotten since. */
  #current({ generation, stacks }: State): readonly Frame[] {
    const full =
      this.#frames > maxFrames || this.#states.size > maxStates || this.#references > maxReferences;
    if (full) this.#forget();
    if (generation === this.#generation) return stacks;
    return stacks.map((stack) => this.#rebuild(stack, (_, count) => count, true));
  }

  #rebuild(
    stack: Frame,
    toCount: (repeat: Position, count: number) => number,
    whole: boolean,
  ): Frame {
    const frames: Frame[] = [];
    let below = stack;
    for (; below.below !== null && (whole || below.counts); below = below.below) frames.push(below);
    let top = whole ? this.#bottom : below;
    for (const { position, count } of frames.toReversed()) {
      this.#spend();
      const recounted = position.op === "repeat" ? toCount(position, count) : count;
      top = this.#frame(position, recounted, top);
    }
    return top;
  }

  #forget(): void {
    this.#generation++;
    this.#frames = this.#references = 0;
    this.#states = new Map();
    this.#start = undefined;
    this.#bottom = this.#makeFrame(this.#program.start, 0, null);
  }

  #spend(): void {
    if (++this.#steps > maxSteps) throw tooAmbiguous();
  }
}

const newClosure = (): Closure => ({
  visited: new Set(),
  todo: [],
  stacks: new Set(),
  accepting: false,
});

const tooAmbiguous = () =>
  grammarError("The grammar is too ambiguous: there are too many ways to read the text so far.");
