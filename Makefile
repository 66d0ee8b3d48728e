# Everything one does with FastChat, from a fresh clone: `make start`, `make test`, the rest on top.

.PHONY: start build test check bench soak models cuda clean

# Installs, builds and serves: the embedded models, or CONFIG=models.yaml.
start: build
	node bin/fastchat.js up $(if $(CONFIG),--config $(CONFIG))

# Installs what the lock file names and compiles src/ to dist/.
build: node_modules/.package-lock.json
	npm run --silent build

# Installs, builds and passes the tests. One after another: they start real servers and models.
test: build
	npm run --silent test -- $(TESTS)

# Format and lint, types, dead code, and the rules of the house.
check: node_modules/.package-lock.json
	npm run --silent check
	npm run --silent test -- test/layers.test.ts

# Measures speed and memory; LLAMA_SERVER=PATH compares with llama-server.
bench: build
	node --import tsx test/performance/run.ts $(BENCH)

# Thousands of requests and deaths; minutes, not seconds.
soak: build
	npx vitest run --config test/soak/vitest.config.ts

# Writes the lessons and trains the embedded models from them; an hour or two on two cores.
SCHOOL ?= $(or $(TMPDIR),/tmp)/fastchat-school
models: build
	rm -rf $(SCHOOL) && mkdir -p $(SCHOOL)
	node dist/models/embedded/write-lessons.js $(SCHOOL)/lessons.jsonl
	cp src/models/embedded/*.yaml $(SCHOOL)
	for model in tiny micro; do \
	  node bin/fastchat.js train --config $(SCHOOL)/$$model.yaml && \
	  cp $(SCHOOL)/$$model/*[qQ]8_0.gguf src/models/embedded/fastchat-$$model.gguf || exit 1; \
	done

# Adds the CUDA build of llama.cpp, which a plain install leaves out (about 300 MB).
cuda: node_modules/.package-lock.json
	npm install --no-save --no-audit --no-fund @node-llama-cpp/linux-x64-cuda@3.22.1 @node-llama-cpp/linux-x64-cuda-ext@3.22.1

clean:
	rm -rf dist node_modules

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@
