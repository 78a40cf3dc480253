"""Arguments and bookmarks: as AWS resolves and keeps them."""
import json

import pytest

from awsglue.bookmarks import FOLDER, Bookmark
from awsglue.job import Job
from awsglue.utils import GlueArgumentError, getResolvedOptions

ENABLED = "job-bookmark-enable"


def test_named_arguments_are_found_among_others_and_what_glue_passes_comes_with_them():
    argv = ["script.py", "--other", "x", "--JOB_NAME", "curate", "--run_id", "r1", "--JOB_RUN_ID", "jr_1", "--job-bookmark-option", ENABLED, "--TempDir", "s3://t/"]
    assert getResolvedOptions(argv, ["JOB_NAME", "run_id"]) == {
        "JOB_NAME": "curate", "run_id": "r1", "JOB_RUN_ID": "jr_1", "job_bookmark_option": ENABLED, "TempDir": "s3://t/", "RedshiftTempDir": "s3://t/"}
    assert getResolvedOptions(["s"], ["TempDir"])["TempDir"] is None


def test_a_hyphen_in_a_name_comes_back_as_an_underscore():
    assert getResolvedOptions(["s", "--day-key", "d"], ["day-key"])["day_key"] == "d"


def test_an_argument_that_is_missing_is_named():
    with pytest.raises(GlueArgumentError, match="the following arguments are required: --run_id"):
        getResolvedOptions(["s", "--JOB_NAME", "x"], ["JOB_NAME", "run_id"])


def test_arguments_of_glue_itself_may_not_be_asked_for():
    with pytest.raises(RuntimeError, match="Using reserved arguments JOB_RUN_ID"):
        getResolvedOptions(["s"], ["JOB_RUN_ID"])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path))
    return tmp_path


def test_what_was_read_is_not_new_again_once_the_run_commits(folder):
    first = Bookmark("job", "jr_1", ENABLED)
    assert first.fresh("ctx", {"s3://b/1": "e1", "s3://b/2": "e2"}) == ["s3://b/1", "s3://b/2"]
    first.note("ctx", {"s3://b/1": "e1", "s3://b/2": "e2"})
    first.commit()
    assert Bookmark("job", "jr_2", ENABLED).fresh("ctx", {"s3://b/1": "e1", "s3://b/2": "changed", "s3://b/3": "e3"}) == ["s3://b/2", "s3://b/3"]


def test_a_run_that_does_not_commit_leaves_all_new(folder):
    Bookmark("job", "jr_1", ENABLED).note("ctx", {"s3://b/1": "e"})
    assert Bookmark("job", "jr_2", ENABLED).fresh("ctx", {"s3://b/1": "e"}) == ["s3://b/1"]


def test_each_context_of_each_job_has_its_own(folder):
    run = Bookmark("job", "jr_1", ENABLED)
    run.note("a", {"s3://b/1": "e"})
    run.commit()
    assert Bookmark("job", "", ENABLED).fresh("b", {"s3://b/1": "e"}) == ["s3://b/1"]
    assert Bookmark("other/job", "", ENABLED).fresh("a", {"s3://b/1": "e"}) == ["s3://b/1"]


def test_a_commit_keeps_what_earlier_runs_read(folder):
    for number in (1, 2):
        run = Bookmark("job", f"jr_{number}", ENABLED)
        run.note("ctx", {f"s3://b/{number}": "e"})
        run.commit()
    stored = json.loads((folder / "job.json").read_text())
    assert (stored["version"], stored["runId"], stored["previousRunId"]) == (2, "jr_2", "jr_1")
    assert stored["contexts"] == {"ctx": {"s3://b/1": "e", "s3://b/2": "e"}}


def test_a_run_that_was_overtaken_can_not_commit(folder):
    slow, quick = Bookmark("job", "jr_1", ENABLED), Bookmark("job", "jr_2", ENABLED)
    quick.commit()
    with pytest.raises(RuntimeError, match="BOOKMARK_VERSION_MISMATCH"):
        slow.commit()


@pytest.mark.parametrize("option", ["job-bookmark-disable", "job-bookmark-pause"])
def test_nothing_is_kept_where_bookmarks_are_off_or_paused(folder, option):
    run = Bookmark("job", "jr_1", option)
    run.note("ctx", {"s3://b/1": "e"})
    run.commit()
    assert list(folder.iterdir()) == []


def test_a_job_takes_its_option_from_the_arguments_and_refuses_bounds(folder):
    Job.init("job", {"JOB_RUN_ID": "jr_1", "job_bookmark_option": ENABLED})
    Job.bookmark().note("ctx", {"s3://b/1": "e"})
    Job.commit()
    assert (folder / "job.json").exists()
    with pytest.raises(NotImplementedError, match="--job-bookmark-from"):
        Job.init("job", {"job_bookmark_from": "jr_0"})
    Job._bookmark = None
