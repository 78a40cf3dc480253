"""Arguments of a job, as AWS resolves them (Glue Developer Guide, "Accessing parameters using getResolvedOptions")."""
from __future__ import annotations

import argparse

#: Glue passes these by itself; a script may not ask for them, but finds them in the answer when they were passed.
RESERVED = [
    "JOB_ID", "JOB_RUN_ID", "SECURITY_CONFIGURATION", "encryption_type", "enable_data_lineage", "continuation_option",
    "job_bookmark_option", "job_bookmark_from", "job_bookmark_to",
]
#: Given to every job that has one, whether it asks or not.
FOLDERS = ["TempDir", "RedshiftTempDir"]
BOOKMARKS = ["job-bookmark-enable", "job-bookmark-disable", "job-bookmark-pause"]


class GlueArgumentError(Exception):
    """An argument is missing or has no value."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:
        raise GlueArgumentError(message)


def getResolvedOptions(args: list[str], options: list[str]) -> dict[str, str]:
    """The named arguments of sys.argv, each required; a hyphen in a name comes back as an underscore."""
    asked = [option.replace("-", "_") for option in options]
    reserved = [option for option in asked if option in RESERVED]
    if reserved:
        raise RuntimeError(f"Using reserved arguments {','.join(reserved)}")
    parser = _Parser(add_help=False)
    for option in {*options, *FOLDERS}:
        parser.add_argument(f"--{option}", required=option not in FOLDERS)
    for name in RESERVED:
        if name != "job_bookmark_option":
            parser.add_argument(f"--{name.replace('_', '-') if name.islower() else name}")
    parser.add_argument("--job-bookmark-option", choices=BOOKMARKS, default="job-bookmark-disable")
    found, _ = parser.parse_known_args(args[1:])
    told = {name: value for name, value in vars(found).items() if value is not None}
    # One folder, under the name it has and the name it had.
    folder = told.get("TempDir", told.get("RedshiftTempDir"))
    return {**told, **({name: folder for name in FOLDERS} if folder or set(asked) & set(FOLDERS) else {})}
