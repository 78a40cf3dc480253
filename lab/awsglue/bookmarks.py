"""Bookmarks: which objects each `transformation_ctx` of a job has read, one document a job in the lab's folder.

A run sees the document as it was when it began; what it read is written at job.commit() only, whole, and only when no other
run or reset was faster. An object counts as read under its key, ETag and time of modification: one that is overwritten is new.
"""
from __future__ import annotations

import json
import os
from pathlib import Path
from urllib.parse import quote

#: Folder that the lab's Glue service keeps bookmarks in; set for every run.
FOLDER = "SENSORLAKE_BOOKMARKS"


class Bookmark:
    """One job's bookmark during one run. Disabled: everything is new and nothing is kept. Paused: nothing is kept."""

    def __init__(self, job: str, run_id: str, option: str) -> None:
        self.job, self.run_id, self.option = job, run_id, option
        self.document = self._stored() if option != "job-bookmark-disable" else {}
        self.seen: dict[str, dict[str, str]] = {}

    def fresh(self, context: str, prints: dict[str, str]) -> list[str]:
        """Objects (URI → fingerprint) that a context has not read yet."""
        return sorted(uri for uri, mark in prints.items() if self.last(context, uri) != mark)

    def last(self, context: str, name: str) -> str | None:
        """What a context noted of an object or a key in an earlier run; None where bookmarks are off."""
        return self.document.get("contexts", {}).get(context, {}).get(name) if context else None

    def note(self, context: str, marks: dict[str, str]) -> None:
        """What this run reads in a context; it counts once the run commits."""
        if context:
            self.seen.setdefault(context, {}).update(marks)

    def commit(self) -> None:
        if self.option != "job-bookmark-enable":
            return
        stored = self._stored()
        if stored.get("version", 0) != self.document.get("version", 0):
            raise RuntimeError(f"BOOKMARK_VERSION_MISMATCH: another run or a reset changed the bookmark of {self.job} meanwhile")
        contexts = dict(stored.get("contexts", {}))
        for context, prints in self.seen.items():
            contexts[context] = {**contexts.get(context, {}), **prints}
        self.document = {
            "job": self.job, "version": stored.get("version", 0) + 1, "run": stored.get("run", 0) + 1,
            "runId": self.run_id, "previousRunId": stored.get("runId"), "contexts": contexts,
        }
        _replace(self._file(), json.dumps(self.document))
        self.seen = {}

    def _stored(self) -> dict:
        file = self._file()
        return json.loads(file.read_text("utf-8")) if file.exists() else {}

    def _file(self) -> Path:
        folder = os.environ.get(FOLDER)
        if not folder:
            raise RuntimeError(f"{FOLDER} is not set; the lab sets it for every run of a job with bookmarks")
        return Path(folder) / f"{quote(self.job, safe='')}.json"


def _replace(file: Path, text: str) -> None:
    """All of the new document or all of the old one, whatever happens."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    with new.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)
