# Everything runs inside .venv, made here from a locked list; only Python 3.11 and make are needed.
# Programs are started through .venv/bin/python, so that the path of the checkout may be anything.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

UV_VERSION := 0.13.9
PY := .venv/bin/python
SYNC := .venv/bin/uv pip sync --quiet --require-hashes --compile-bytecode --python $(PY)
WORKERS ?= 2
export PORT ?= 8000
export UV_CACHE_DIR ?= $(CURDIR)/.local/cache/uv
export UV_PYTHON_DOWNLOADS := never
# The type checker loads the settings and connects to nothing.
SETTINGS_FOR_TYPES := DATABASE_URL=postgres://types REDIS_URL=redis://types SECRET_KEY=types \
  FIELD_ENCRYPTION_KEYS=types
TEMPLATES = $(shell find . -path './.*' -prune -o -path '*templates/*.html' -print)

.PHONY: help run test lint format messages bench fuzz shell migrate clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: .venv/.runtime ## Run the whole product on 127.0.0.1:8000 (PORT= changes it)
	@exec $(PY) -m sms_console.embedded run --end-with-parent

test: .venv/.development ## Run all tests on real servers (T='-k name' narrows, WORKERS= processes)
	@$(PY) -m tests.browser_setup
	$(PY) -m pytest -n $(WORKERS) $(T)

lint: .venv/.development ## Check style, types, layers, templates and migrations
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/djade --check $(TEMPLATES)
	$(PY) -m djlint --lint --quiet $(TEMPLATES)
	@$(SETTINGS_FOR_TYPES) $(PY) -m mypy
	$(PY) .venv/bin/lint-imports
	$(PY) -m sms_console.embedded manage makemigrations --check --dry-run

format: .venv/.development ## Put code and templates into the house's form
	$(PY) -m ruff check --fix --exit-zero .
	$(PY) -m ruff format .
	-.venv/bin/djade $(TEMPLATES)

messages: .venv/.development ## Collect texts to translate (needs GNU gettext), compile translations
	$(PY) -m sms_console.embedded manage makemessages --locale zh_Hans --no-obsolete --no-wrap --add-location file --ignore 'tests/*'
	$(PY) -m sms_console.embedded translations

bench: .venv/.development ## Measure the running stack; prints a table, writes bench/results.json
	@$(PY) -m bench

fuzz: .venv/.development ## Run minutes of generated requests
	$(PY) -m pytest -n $(WORKERS) -m fuzz --hypothesis-profile fuzz $(T)

shell: .venv/.runtime ## Open a Django shell on the local data
	@exec $(PY) -m sms_console.embedded manage shell

migrate: .venv/.runtime ## Bring the local database to the current schema
	@exec $(PY) -m sms_console.embedded manage migrate

clean: ## Remove the local servers with all their data, and every cache
	@test ! -x $(PY) || $(PY) -m sms_console.embedded clean
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov .coverage

# `make run` needs less than `make test`. Both locks agree on every version, so what one of them
# installed the other completes, and nothing is installed twice.
.venv/.runtime: requirements.lock | .venv/bin/uv
	@echo "installing what requirements.lock names"
	@$(SYNC) $(if $(wildcard .venv/.development),requirements-dev.lock,requirements.lock)
	@touch $@

.venv/.development: requirements-dev.lock requirements.lock | .venv/bin/uv
	@echo "installing what requirements-dev.lock names"
	@$(SYNC) requirements-dev.lock
	@touch .venv/.runtime $@

.venv/bin/uv:
	@for python in "$(PYTHON)" python3.11 python3 ""; do \
	  test -z "$$python" || \
	  ! "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || break; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "SMS Console needs Python 3.11 or newer. Install it, or name it:" \
	    "make run PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	echo "making .venv with $$("$$python" --version)"; \
	"$$python" -m venv --clear .venv || { \
	  echo "This Python cannot make virtual environments. On Debian and Ubuntu:" \
	    "apt-get install python3-venv" >&2; exit 1; }
	@$(PY) -m pip install --quiet --no-cache-dir --disable-pip-version-check uv==$(UV_VERSION)
