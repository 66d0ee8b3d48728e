/**
 * @file A vocabulary's tokens by their bytes, in one tree: tokens that begin alike are walked once.
 *
 * The nodes lie in typed arrays in the order of a walk in depth: behind a node come its children,
 * and `skip` says where its last descendant ends.
 */

export type TokenBytes = {
  readonly size: number;
  /** The token's text in UTF-8, maybe parts of characters; null if it can never be part of one. */
  bytes(token: number): Uint8Array | null;
  /** Whether the token ends the text. */
  isEnd(token: number): boolean;
};

/** Built once per vocabulary and shared by all grammars: 150 000 tokens take some 0.2 s, 10 MB. */
export class TokenTrie {
  readonly size: number;
  readonly ends: readonly number[];
  /** The length of the longest token. */
  readonly longestBytes: number;
  /** (nodes,) the byte that leads to the node. */
  readonly byte: Uint8Array;
  /** (nodes,) how many bytes lead there, this one included. */
  readonly depth: Uint32Array;
  /** (nodes,) the next node that does not descend from this one. */
  readonly skip: Uint32Array;
  /** (nodes,) a token that ends at the node, or -1. */
  readonly token: Int32Array;
  /** (size,) another token with the same bytes, or -1. */
  readonly twin: Int32Array;
  readonly #isEnd: Uint8Array;
  readonly #bytes: Uint8Array;
  /** (size + 1,) where in `#bytes` a token's begin. */
  readonly #offsets: Uint32Array;

  constructor(tokens: TokenBytes) {
    const texts = Array.from({ length: tokens.size }, (_, token) => tokens.bytes(token));
    this.size = tokens.size;
    this.#isEnd = Uint8Array.from(texts, (_, token) => (tokens.isEnd(token) ? 1 : 0));
    this.ends = [...this.#isEnd.keys()].filter((token) => this.#isEnd[token] === 1);
    const usable = texts.map((text, i) => (this.#isEnd[i] === 1 ? null : text) ?? new Uint8Array());
    this.longestBytes = usable.reduce((longest, { length }) => Math.max(longest, length), 0);
    this.#offsets = new Uint32Array(tokens.size + 1);
    for (const [i, { length }] of usable.entries())
      this.#offsets[i + 1] = (this.#offsets[i] ?? 0) + length;
    this.#bytes = Buffer.concat(usable);
    const branches = growBranches(usable);
    this.twin = branches.twin;
    ({ byte: this.byte, depth: this.depth, skip: this.skip, token: this.token } = layOut(branches));
  }

  isEnd(token: number): boolean {
    return this.#isEnd[token] === 1;
  }

  /** The token's bytes; empty if it has none or is an end. */
  bytes(token: number): Uint8Array {
    return this.#bytes.subarray(this.#offsets[token], this.#offsets[token + 1]);
  }
}

/** A tree as it grows: each node knows its first child and its next sibling; node 0 is the root. */
type Branches = {
  count: number;
  readonly byte: Uint8Array;
  readonly child: Uint32Array;
  readonly sibling: Uint32Array;
  readonly token: Int32Array;
  readonly twin: Int32Array;
};

function growBranches(texts: readonly Uint8Array[]): Branches {
  const most = texts.reduce((sum, { length }) => sum + length, 1);
  const branches: Branches = {
    count: 1,
    byte: new Uint8Array(most),
    child: new Uint32Array(most),
    sibling: new Uint32Array(most),
    token: new Int32Array(most).fill(-1),
    twin: new Int32Array(texts.length).fill(-1),
  };
  const children = new Map<number, number>(); // parent and byte in one number, to the child
  for (const [token, text] of texts.entries())
    if (text.length > 0) insert(branches, children, token, text);
  return branches;
}

function insert(
  branches: Branches,
  children: Map<number, number>,
  token: number,
  text: Uint8Array,
): void {
  let node = 0;
  for (const byte of text) {
    const key = node * 256 + byte;
    let child = children.get(key);
    if (child === undefined) {
      child = branches.count++;
      children.set(key, child);
      branches.byte[child] = byte;
      branches.sibling[child] = branches.child[node] ?? 0;
      branches.child[node] = child;
    }
    node = child;
  }
  branches.twin[token] = branches.token[node] ?? -1;
  branches.token[node] = token;
}

/** The nodes below the root in the order of a walk in depth. */
function layOut(branches: Branches): Pick<TokenTrie, "byte" | "depth" | "skip" | "token"> {
  const count = branches.count - 1;
  const byte = new Uint8Array(count);
  const depth = new Uint32Array(count);
  const skip = new Uint32Array(count);
  const token = new Int32Array(count);
  const open: { node: number; place: number }[] = [];
  let [node, place] = [branches.child[0] ?? 0, 0];
  while (node !== 0 || open.length > 0) {
    if (node === 0) {
      const parent = open.pop();
      if (parent === undefined) break;
      skip[parent.place] = place;
      node = branches.sibling[parent.node] ?? 0;
      continue;
    }
    open.push({ node, place });
    byte[place] = branches.byte[node] ?? 0;
    depth[place] = open.length;
    token[place] = branches.token[node] ?? -1;
    place++;
    node = branches.child[node] ?? 0;
  }
  return { byte, depth, skip, token };
}
