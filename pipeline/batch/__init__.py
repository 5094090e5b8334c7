"""Many files: the executors, the journal that makes a run resumable, the archives that hold further files."""
