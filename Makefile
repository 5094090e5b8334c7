# Needs make and Python >= 3.11; everything else is installed into .venv.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
BIN := .venv/bin
READY := .venv/.ready
IN ?= data/raw/samples
OUT ?= data/processed

.DEFAULT_GOAL := help
.PHONY: help setup run test lint type gate bench check clean

help: ## 列出所有目标 List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: $(READY) ## 建立 .venv，装好 .venv/bin/jixiao Set up .venv with the command jixiao

$(READY): pyproject.toml .ci/constraints.txt
	@test -n "$(PYTHON)" || { echo '需要 Python >= 3.11：请先安装，或 make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt -e '.[dev,heic,paddle,query,ray]'
	@# paddleocr brings an OpenCV that wants libGL; the one without a screen, installed last, wins the folder cv2/
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c .ci/constraints.txt --force-reinstall --no-deps opencv-python-headless
	@touch $@

run: $(READY) ## 读取 IN（默认自带样例）写到 OUT Read IN (the samples) into OUT (data/processed)
	$(BIN)/jixiao extract $(IN) --out $(OUT)

test: $(READY) ## 运行测试 Run the tests
	$(BIN)/python -m pytest

lint: $(READY) ## 检查代码风格 Lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check pipeline tests benchmarks

type: $(READY) ## 检查类型 Type-check
	$(BIN)/mypy

gate: $(READY) ## 准确率不低于 tests/floors.toml Accuracy floors (needs the corpus)
	$(BIN)/python tests/gate.py

bench: $(READY) ## 计时 Benchmarks
	@for bench in benchmarks/bench_*.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

check: test lint type gate ## 提交前的全部检查 Everything before a commit

clean: ## 删除生成的数据集和缓存 Remove the built dataset and caches
	find data/processed -mindepth 1 ! -name .gitkeep -delete
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
