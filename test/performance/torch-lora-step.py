"""A LoRA step of Qwen2.5-0.5B's shape in PyTorch: what `make bench BENCH=train` measures against.

Random weights, r 8 on q and v, AdamW on the adapters in F32; logits of the supervised rows only.
Each line on stdin asks for a step; each line on stdout is one, in JSON.

    python torch-lora-step.py float32|bfloat16 THREADS TOKENS SUPERVISED
"""
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

LAYERS, WIDTH, HEADS, KV_HEADS, HEAD, INNER, VOCABULARY = 24, 896, 14, 2, 64, 4864, 151_936
R, ALPHA = 8, 16


class Adapted(nn.Module):
    """y = Wx + b + (alpha / r) B A x; the adapter in F32, as PEFT keeps it."""

    def __init__(self, outputs):
        super().__init__()
        self.base = nn.Linear(WIDTH, outputs)
        self.a = nn.Parameter(torch.randn(R, WIDTH, dtype=torch.float32) / WIDTH**0.5)
        self.b = nn.Parameter(torch.randn(outputs, R, dtype=torch.float32) * 0.02)

    def forward(self, x):
        low = F.linear(F.linear(x.to(self.a.dtype), self.a), self.b) * (ALPHA / R)
        return self.base(x) + low.to(x.dtype)


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x):
        if hasattr(F, "rms_norm"):
            return F.rms_norm(x, (WIDTH,), self.gain, 1e-6)
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.gain


def rotated(x, cos, sin):
    one, other = x.chunk(2, -1)
    return x * cos + torch.cat((-other, one), -1) * sin


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm, self.feed_forward_norm = Norm(), Norm()
        self.q, self.v = Adapted(HEADS * HEAD), Adapted(KV_HEADS * HEAD)
        self.k = nn.Linear(WIDTH, KV_HEADS * HEAD)
        self.o = nn.Linear(HEADS * HEAD, WIDTH, bias=False)
        self.gate, self.up = (nn.Linear(WIDTH, INNER, bias=False) for _ in range(2))
        self.down = nn.Linear(INNER, WIDTH, bias=False)

    def forward(self, x, cos, sin):
        n = x.shape[0]
        seen = self.attention_norm(x)
        q, k, v = (
            part(seen).view(n, -1, HEAD).transpose(0, 1) for part in (self.q, self.k, self.v)
        )
        q, k = rotated(q, cos, sin), rotated(k, cos, sin)
        k, v = (part.repeat_interleave(HEADS // KV_HEADS, 0) for part in (k, v))
        answer = F.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0]
        x = x + self.o(answer.transpose(0, 1).reshape(n, -1))
        seen = self.feed_forward_norm(x)
        return x + self.down(F.silu(self.gate(seen)) * self.up(seen))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = Norm()

    def forward(self, tokens, places):
        angles = torch.arange(len(tokens))[:, None] / 1e6 ** (torch.arange(0, HEAD, 2) / HEAD)
        x = self.embedding(tokens)
        cos, sin = (f(angles).repeat(1, 2).to(x.dtype) for f in (torch.cos, torch.sin))
        for layer in self.layers:
            x = layer(x, cos, sin)
        return F.linear(self.norm(x[places]), self.embedding.weight)


def main():
    name, threads, n, supervised = sys.argv[1], *map(int, sys.argv[2:5])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = Model()
    adapters = [p for part in model.modules() if isinstance(part, Adapted) for p in (part.a, part.b)]
    chosen = {id(p) for p in adapters}
    for p in model.parameters():
        p.requires_grad_(id(p) in chosen)
        if id(p) not in chosen:
            p.data = (p.data * 0.02 if p.dim() == 2 and len(p) == VOCABULARY else p.data).to(
                getattr(torch, name)
            )
    optimizer = torch.optim.AdamW(adapters, lr=1e-5)
    tokens = torch.randint(VOCABULARY, (n,))
    places = torch.arange(n - 1 - supervised, n - 1)
    print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    for _ in sys.stdin:
        begin = time.perf_counter()
        logits = model(tokens, places)
        loss = F.cross_entropy(logits.float(), tokens[places + 1])
        loss.backward()
        norm = nn.utils.clip_grad_norm_(adapters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        seconds = time.perf_counter() - begin
        print(json.dumps({"seconds": seconds, "loss": loss.item(), "norm": norm.item()}), flush=True)


main()
