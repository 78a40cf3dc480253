"""Job: the frame of a run. What it read counts as read once it commits."""
from __future__ import annotations

from awsglue.bookmarks import Bookmark
from awsglue.faults import NotInLab


class Job:
    """One a script, as on AWS; GlueContext asks it for the bookmark."""

    _bookmark: Bookmark | None = None

    def __init__(self, glue_context: object) -> None:
        self.glue_context = glue_context

    @classmethod
    def init(cls, job_name: str, args: dict[str, str] | None = None) -> None:
        args = args or {}
        for bound in ("job_bookmark_from", "job_bookmark_to"):
            if args.get(bound):
                raise NotInLab(f"--{bound.replace('_', '-')}")
        cls._bookmark = Bookmark(job_name, args.get("JOB_RUN_ID", ""), args.get("job_bookmark_option", "job-bookmark-disable"))

    @classmethod
    def commit(cls) -> None:
        """Without job.init() there is nothing to commit; scripts that only write do so."""
        if cls._bookmark is not None:
            cls._bookmark.commit()

    @classmethod
    def is_initialized(cls) -> bool:
        return cls._bookmark is not None

    @classmethod
    def bookmark(cls) -> Bookmark:
        """The bookmark of this run; without job.init() there is none and everything is new."""
        return cls._bookmark or Bookmark("", "", "job-bookmark-disable")
