# newsfeed: `make run` serves the corpus, `make test` tests everything. `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin

KERNEL := src/newsfeed/whoosh_numpy/evaluation/_kernel

ifdef HOST
export NEWSFEED_HOST := $(HOST)
endif
ifdef PORT
export NEWSFEED_PORT := $(PORT)
endif
ifdef CORPUS
export NEWSFEED_CORPUS := $(CORPUS)
endif
ifdef INDEX
export NEWSFEED_INDEX := $(INDEX)
endif

.DEFAULT_GOAL := help
.PHONY: help run install install-dev test test-whoosh3 test-kernel kernel check bench bench-engine bench-parsing train lock audit clean

help: ## Show this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22
	@echo "  HOST, PORT, CORPUS and INDEX override the settings: make run PORT=9000 CORPUS=~/articles"

run: install ## Index the corpus, then serve it on http://127.0.0.1:8000
	@$(BIN)/newsfeed index
	@exec $(BIN)/newsfeed serve

install: .venv/.installed ## Make .venv with the locked, hashed dependencies

install-dev: .venv/.installed-dev ## The same with the tools for tests and checks

test: install-dev ## Run all tests
	@sh tests/apt.sh
	$(BIN)/pytest -n 2 --dist loadfile

test-whoosh3: .venv-whoosh3/.installed ## Test the engine with whoosh3 in place of Whoosh-Reloaded
	PYTHONPATH=src .venv-whoosh3/bin/python -m pytest -n 2 --dist loadfile tests/whoosh_numpy

test-kernel: install-dev kernel ## Test the engine with its compiled kernel
	$(BIN)/pytest -n 2 --dist loadfile tests/whoosh_numpy

kernel: install $(KERNEL).abi3.so ## Compile the engine's optional kernel (needs a C compiler)
# Under another name first: a file that a running process has mapped must not change.
$(KERNEL).abi3.so: $(KERNEL).c
	$(or $(CC),cc) -O3 -Wall -Wextra -Werror -ffp-contract=off -fPIC -shared \
	  -I"$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("include"))')" $< -o $@.new
	@mv $@.new $@

check: install-dev ## Lint, check format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: install-dev ## Measure indexing, search and feeds (minutes; see benchmarks/README.md)
	$(BIN)/python -m benchmarks

bench-engine: install-dev ## Measure the engine beside tantivy, FTS5, bm25s and Whoosh (an hour)
	$(BIN)/python -m benchmarks.engine

audit: install-dev ## Look the locked dependencies up among known vulnerabilities
	$(BIN)/pip-audit --require-hashes --disable-pip -r requirements.lock

bench-parsing: install-dev ## Measure how well and how fast real pages are read (needs ../shared)
	$(BIN)/python -m benchmarks.parsing

train: install-dev ## Train the parsers' models anew (needs ../shared)
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements-training.lock
	$(BIN)/python -m training.capture_lines
	$(BIN)/python -m training.html_pieces

lock: install-dev ## Renew the locks from pyproject.toml
	$(BIN)/uv pip compile $(LOCK) --upgrade pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(LOCK) --upgrade pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile $(LOCK) --upgrade --group whoosh3 -c requirements-dev.lock -o requirements-whoosh3.lock
	$(BIN)/uv pip compile $(LOCK) --upgrade --group training -c requirements-dev.lock -o requirements-training.lock
	$(BIN)/uv pip compile $(LOCK) --upgrade --group training -c requirements-dev.lock -o requirements-training.lock
LOCK := --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header

clean: ## Remove everything that make made, but not index/
	rm -rf .venv .venv-whoosh3 .mypy_cache .ruff_cache .pytest_cache .hypothesis src/*.egg-info $(KERNEL).abi3.so

# Nothing is fetched without a hash: pip brings uv and the build tools, uv (or else pip) the rest.
# --no-build-isolation because isolated builds would fetch unhashed tools of their own.
.venv/.created: requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "newsfeed needs Python 3.11 or newer; name one with PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv; } || \
	  { echo "this Python cannot make environments; run: apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/.installed: .venv/.created requirements.lock pyproject.toml
	@$(call install,requirements.lock)
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	@$(call install,requirements-dev.lock)
	@touch $@

.venv-whoosh3/.installed: .venv/.created requirements-whoosh3.lock
	@$(PYTHON) -m venv .venv-whoosh3
	@$(BIN)/uv pip install -q --python .venv-whoosh3/bin/python --require-hashes -r requirements-whoosh3.lock || \
	  .venv-whoosh3/bin/python -m pip install -q --require-hashes -r requirements-whoosh3.lock
	@touch $@

FLAGS := -q --no-build-isolation
install = { $(BIN)/uv pip install --python $(BIN)/python $(FLAGS) --require-hashes -r $(1) || \
  $(BIN)/python -m pip install $(FLAGS) --require-hashes -r $(1); } && \
  $(BIN)/python -m pip install --disable-pip-version-check $(FLAGS) --no-deps -e .
