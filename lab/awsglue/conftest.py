"""One Spark session for the tests of this folder."""
from testing import spark

__all__ = ["spark"]
