"""One exception per kind of failure, each with its exit code; every message says what to do next."""

from __future__ import annotations


class JixiaoError(Exception):
    """Base of all errors that jixiao raises on purpose. `str(error)` is one line a person can act on."""

    exit_code = 1


class InputError(JixiaoError):
    """The input cannot be read: missing, encrypted, truncated, hostile, of an unknown kind."""

    exit_code = 3


class DependencyError(JixiaoError):
    """A tool or package is not installed; the message names the command that installs it."""

    exit_code = 4


class RuleError(JixiaoError):
    """A data file in models/ is malformed: a fault of this package, not of the input."""

    exit_code = 1


class OutputError(JixiaoError):
    """The dataset cannot be written where it was asked for."""

    exit_code = 2
