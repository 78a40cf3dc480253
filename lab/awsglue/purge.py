"""Purge: objects below a path that are older than a script still wants."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlparse

from awsglue import catalog
from awsglue.faults import refuse

#: Hours: Glue Developer Guide, "purge_s3_path".
WEEK = 168


def purged(location: str, options: dict) -> None:
    # A storage class is excluded by not being there: the lab has only one.
    refuse("purge option", options, {"retentionPeriod", "excludeStorageClasses"})
    before = (datetime.now(UTC) - timedelta(hours=float(options.get("retentionPeriod", WEEK)))).isoformat()
    for each in catalog.objects(location):
        modified = each.print.split(" ", 1)[1]
        if modified > before:
            continue
        where = urlparse(each.uri)
        if where.scheme == "file":
            Path(where.path).unlink()
        else:
            catalog.client("s3").delete_object(Bucket=where.netloc, Key=where.path.lstrip("/"))
