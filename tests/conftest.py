"""For tests in every folder: `sample_results` is importable, and a busy machine makes no property fail."""

from hypothesis import settings

settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
