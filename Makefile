# Each target is good on a fresh clone with Python 3.11+ and make, nothing else installed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
WORDS := ivr/web/translations

.PHONY: setup run test check bench lock words guide docs clean

setup: $(VENV)/.run-ready

$(VENV)/.run-ready: requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the service needs …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev-ready: requirements/dev.txt $(VENV)/.run-ready
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

run: setup
	@PORT=$(PORT) $(BIN)/ivr run

test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest -n auto

check: $(VENV)/.dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto
	$(BIN)/ivr replay fixtures/calls

bench: $(VENV)/.dev-ready
	@XDG_RUNTIME_DIR=$$(mktemp -d) $(BIN)/python -m bench

lock: $(VENV)/.dev-ready
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --build-deps-for editable --no-emit-index-url --no-emit-find-links --no-header --output-file requirements/run.txt pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-find-links --no-header --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt pyproject.toml

clean:
	rm -rf $(VENV) var

words: $(VENV)/.dev-ready
	$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext --no-location --omit-header --sort-output --no-wrap -o $(WORDS)/messages.pot .
	$(BIN)/pybabel -q update -i $(WORDS)/messages.pot -d $(WORDS) -l en_GB --no-wrap --no-fuzzy-matching --ignore-obsolete
	$(BIN)/pybabel -q compile -d $(WORDS)
	rm $(WORDS)/messages.pot

guide: $(VENV)/.dev-ready
	IVR_GUIDE=1 $(BIN)/python -m pytest -n auto tests/browser/test_journeys.py tests/browser/test_desk_journeys.py
	$(BIN)/python -m pytest tests/site/test_guide.py

docs: $(VENV)/.dev-ready
	@$(BIN)/python -m docs.reference.write_commands
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "var/docs/index.html"
