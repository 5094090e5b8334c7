"""Document → evaluations, funds, indicators, figures and entities."""

from pipeline.extract.assemble import read_report as read_report
from pipeline.extract.entities import find_entities as find_entities
