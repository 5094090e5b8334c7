"""Report → findings: what does not add up in a document."""

from pipeline.audit.checks import find_findings

__all__ = ["find_findings"]
