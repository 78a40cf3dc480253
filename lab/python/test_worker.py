"""The protocol: an answer a line, and a bad request ends nothing."""
import io
import json

from worker import serve


def said(*requests):
    replies = io.StringIO()
    serve(io.StringIO("".join(json.dumps(request) + "\n" for request in requests)), replies)
    return [json.loads(line) for line in replies.getvalue().splitlines()]


def test_each_request_is_answered_in_turn_and_a_refusal_ends_nothing():
    bad = {"id": 1, "op": "rcf.train", "files": [], "feature_dim": 1, "trees": 50, "samples_per_tree": 1, "seed": 1}
    good = {**bad, "id": 2, "files": [{"name": "a", "text": "1\n2\n"}]}
    refused, trained = said(bad, good)
    assert refused == {"id": 1, "error": {"kind": "Refused", "message": "the train channel holds no row; nothing to learn from"}}
    assert (trained["id"], trained["result"]["rows"]) == (2, 2)


def test_an_unknown_op_is_named():
    [reply] = said({"id": 9, "op": "rcf.guess"})
    assert reply["error"]["message"].startswith("there is no op 'rcf.guess'")
