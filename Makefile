# make            the environment, then every figure of the default study
# make test       the tests
# Passed on: CORES=4 (default: all), STUDY=tiny (an overlay in studies/), ARGS="--dry-run" (to Snakemake, or to pytest).

PYTHON ?= python3
CORES ?= all
STUDY ?=
ARGS ?=
BIN := .venv/bin
# Names of files are read as UTF-8, whatever the terminal is set to.
export PYTHONUTF8 := 1
# On a machine with GPUs: as many jobs at a time, each on a GPU of its own, for which all cores decode images.
GPUS := $(shell nvidia-smi -L 2>/dev/null | grep -c '^GPU ')
EACH = $(shell expr $$(nproc) / $(GPUS))
GPU := $(if $(filter-out 0,$(GPUS)),--resources gpu=$(GPUS) --set-threads train=$(EACH) evaluate_lesions=$(EACH) )
OPTIONS = $(if $(STUDY),--configfile studies/$(STUDY).yaml )$(GPU)--cores $(CORES)
NAME = $(or $(shell sed -n 's/^study: *//p' $(STUDY:%=studies/%.yaml) config.yaml | head -n 1),default)
UV := uv==0.13.9
REFERENCE = results/reference/$(NAME)
# Figures that show images; of photographs, which are not the project's, none comes into the repository.
SHOWING = figure_1.png figure_3.png

ifneq ($(STUDY),$(notdir $(basename $(wildcard studies/$(STUDY).yaml))))
$(error There is no studies/$(STUDY).yaml; STUDY= is one of: $(notdir $(basename $(wildcard studies/*.yaml))))
endif

.PHONY: all environment preflight plan check test manual docs lint bench bench-gpu reference report figures deposit clean lock
.DELETE_ON_ERROR:

# Snakemake, by way of a script that spares what follows from a step that wrote the same bytes again.
all: environment
	@$(BIN)/python workflow/run.py $(OPTIONS) -- $(ARGS)

environment: .venv/lock

# Bytecode is compiled once: half of a short job's time would go into it where Python may not write it.
.venv/lock: envs/requirements.txt
	@$(PYTHON) workflow/supported.py
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(UV)
	$(BIN)/uv pip install --quiet --python .venv --no-deps --require-hashes --compile-bytecode -r envs/requirements.txt
	@cp envs/requirements.txt $@

# What would fail later, in seconds: data, networks, disk, versions, GPU.
preflight: environment
	@$(BIN)/python workflow/preflight.py $(STUDY:%=studies/%.yaml)

# What a study will take: jobs, GPU hours, wall time, disk. ARGS="--gpus 8 --epochs 100": workflow/plan.py --help.
plan: environment
	@$(BIN)/python workflow/plan.py $(STUDY:%=studies/%.yaml) $(ARGS)

# A finished run beside the reference, number by number: what is the same, what differs, which step to look at.
check: environment
	@$(BIN)/python workflow/check.py results/$(NAME) results/reference/$(NAME) $(ARGS)

# On as many cores as there are, at most four: ARGS="-m quick" for what answers at once, ARGS="-n 0" for one process.
test: environment
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadgroup --no-loadscope-reorder $(ARGS)

# The pages that are made from other files: docs/config.md, docs/claims.md, docs/rooms.svg and the table in CONTRIBUTING.md.
manual: environment
	$(BIN)/python workflow/pages

# The guides and the library's pages, as a site in site/ that works without a network.
docs: environment
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --conf-dir docs . site
	@echo "site/docs/index.html"

lint: environment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check --compact-diff Snakefile workflow/rules
	$(BIN)/snakemake --lint

bench: environment
	PYTHONPATH=workflow/scripts $(BIN)/python tests/bench $(ARGS)

# Speed and agreement on this machine's GPU, in ten minutes: results/benchmarks/gpu.csv.
bench-gpu: environment
	PYTHONPATH=workflow/scripts $(BIN)/python tests/bench/gpu.py $(ARGS)

# The default study with more seeds and single-task networks, in the same folder, and what it found into the repository. Of another
# STUDY, which is one of photographs, all that it found but what shows images.
reference: environment
	$(BIN)/python workflow/forked.py --configfile studies/$(or $(STUDY),reference).yaml $(GPU)--cores $(CORES) $(ARGS)
	mkdir -p $(REFERENCE)
	rm -rf $(REFERENCE)/*.csv $(REFERENCE)/statistics $(REFERENCE)/stimuli $(REFERENCE)/figures
	cd results/$(NAME) && tar cf - $(if $(STUDY),$(SHOWING:%=--exclude=%)) claims.* compute.csv config.yaml run.json \
	  stimuli/lowlevel.csv figures/*.png $$(find statistics figures -name '*.csv') | tar xf - -C ../../$(REFERENCE)

# All tables and figures of the reference from what it keeps in the repository, in minutes and without a network.
figures: environment
	@$(BIN)/python workflow/figures.py -- --configfile studies/reference.yaml --cores $(CORES) $(ARGS)

# What make figures starts from, of a reference that is finished here.
deposit: environment
	$(BIN)/snakemake --configfile studies/reference.yaml --cores $(CORES) -- results/default/deposit.tar.xz
	cp results/default/deposit.tar.xz results/default/deposit.tar.xz.sha256 $(REFERENCE)

# The page that make ends with, alone. Snakemake's own report: make ARGS="--report FILE.html", once all is there.
report: environment
	@$(BIN)/snakemake $(OPTIONS) $(ARGS) -- results/$(NAME)/report.html

# Only what the workflow made of the study; the environment and the reference results stay.
clean:
	rm -rf $(addprefix results/$(NAME)/,benchmarks check.csv claims.csv claims.md compute.csv config.yaml datasets export figures \
	  logs networks plan.csv plan.png plan_wall.csv pseudo_tasks rankings readout report.html responses \
	  ro-crate-metadata.json deposit.tar.xz deposit.tar.xz.sha256 run.json scores single_lesions source statistics stimuli)
	rmdir results/$(NAME) 2>/dev/null || true

# What timm would need for its hub, which the tests have no use for.
NO_HUB = huggingface-hub hf-xet httpx2 httpcore2 httpx2-jsfetch anyio h11 truststore
lock: environment
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-package warp-lang \
	  --no-emit-package roma $(NO_HUB:%=--no-emit-package %) --custom-compile-command "make lock" envs/requirements.in -o envs/requirements.txt
