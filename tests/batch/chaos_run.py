"""A run that can be killed: `python chaos_run.py IN OUT` reads a folder with two workers and the chaotic job."""

from __future__ import annotations

import sys
from pathlib import Path

from batch.samples import chaotic_job

from pipeline.batch.bulk import BulkOptions, run_bulk
from pipeline.batch.processes import ProcessExecutor
from pipeline.batch.watchdog import Limits

LIMITS = Limits(timeout_s=4, memory_mb=700)


def main() -> None:
    """The dataset of IN stands in OUT, without a workbook."""
    inputs, out = Path(sys.argv[1]), Path(sys.argv[2])
    files = sorted(str(path) for path in inputs.iterdir())
    options = BulkOptions(workbook=False, limits=LIMITS)
    run_bulk(files, out, ProcessExecutor(2, LIMITS), options, lambda meta, reused: None, chaotic_job)


if __name__ == "__main__":
    main()
