"""Misread digits put right where the sums around them and the picture agree on one reading."""

from pipeline.repair.confidence import rate_confidence as rate_confidence
from pipeline.repair.reader import second_reader as second_reader
from pipeline.repair.stage import repair_result as repair_result
