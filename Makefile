# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
OUT    ?= demo-output
# Where PyTorch is taken from, if not from where pip takes the rest; see docs/guide/install.md.
TORCH_INDEX ?=
export LANG := C.UTF-8
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test lint test-fast test-slow setup system app docs pictures clean

demo: setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname -s)" != "Linux" ]; then \
	    $(BIN)/parotid-app --demo; \
	else \
	    echo "No display: going once around the loop by itself on a virtual one; pictures will be in $(OUT)/."; \
	    xvfb-run --auto-servernum --server-args="-screen 0 1920x1200x24" $(BIN)/parotid-app --once-around $(OUT); \
	fi

app: setup
	$(BIN)/parotid-app

test: setup lint test-fast

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# In two processes, each with a screen of its own; what looks at the clock runs by itself.
test-fast:
	$(BIN)/pytest -m "not slow and not gpu and not alone" -n 2 --dist loadfile
	$(BIN)/pytest -m "not slow and not gpu and alone"

test-slow: setup
	$(BIN)/pytest -m "slow and not gpu"

# The user guide, into build/guide.
docs: setup
	$(BIN)/python scripts/keys_page.py
	$(BIN)/mkdocs build --strict --quiet
	@echo "The guide is in build/guide/index.html"

# The guide's pictures, taken anew from the running app.
pictures: setup
	xvfb-run --auto-servernum --server-args="-screen 0 1920x1200x24" $(BIN)/python scripts/pictures.py

setup: system $(VENV)/installed

system:
	@installer/system.sh

# torch first and pinned: an unpinned one pulls gigabytes it does not need.
$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --constraint constraints.txt $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) torch
	$(BIN)/python -m pip install -q --constraint constraints.txt --editable ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) $(OUT) .mypy_cache .ruff_cache .pytest_cache
