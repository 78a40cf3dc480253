"""Catalogue: tables, partitions and connections as the Glue API tells them, and the objects that lie at a location."""
from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlparse

import botocore.session


def client(service: str):
    """Where it goes and as whom stands in the environment of the run (AWS_ENDPOINT_URL and the rest)."""
    return botocore.session.get_session().create_client(service)


def table(database: str, name: str) -> dict:
    return client("glue").get_table(DatabaseName=database, Name=name)["Table"]


def columns(database: str, name: str) -> dict[str, str]:
    """Types of a table's columns by their names in lower case."""
    return {column["Name"].lower(): column["Type"] for column in table(database, name)["StorageDescriptor"]["Columns"]}


def partitions(database: str, name: str, expression: str = "") -> list[dict]:
    """@param expression that the catalogue chooses by: Glue Web API Reference, GetPartitions."""
    chosen = {"Expression": expression} if expression else {}
    pages = client("glue").get_paginator("get_partitions").paginate(DatabaseName=database, TableName=name, **chosen)
    return [partition for page in pages for partition in page["Partitions"]]


def jdbc_conf(connection_name: str) -> dict[str, str]:
    """A connection's properties under the names of GlueContext.extract_jdbc_conf; user and password come from its secret."""
    properties = client("glue").get_connection(Name=connection_name, HidePassword=False)["Connection"]["ConnectionProperties"]
    secret = {}
    if properties.get("SECRET_ID"):
        secret = json.loads(client("secretsmanager").get_secret_value(SecretId=properties["SECRET_ID"])["SecretString"])
    url = properties["JDBC_CONNECTION_URL"]
    return {
        "url": without_database(url), "fullUrl": url, "vendor": url.split(":")[1],
        "user": secret.get("username", properties.get("USERNAME", "")),
        "password": secret.get("password", properties.get("PASSWORD", "")),
        "enforceSSL": properties.get("JDBC_ENFORCE_SSL", "false"),
        "customJDBCCert": properties.get("CUSTOM_JDBC_CERT", ""),
        "customJDBCCertString": properties.get("CUSTOM_JDBC_CERT_STRING", ""),
        "skipCustomJDBCCertValidation": properties.get("SKIP_CUSTOM_JDBC_CERT_VALIDATION", "false"),
        "customJDBCDriverClassName": properties.get("JDBC_DRIVER_CLASS_NAME", ""),
    }


def without_database(url: str) -> str:
    """A JDBC URL as `url` of extract_jdbc_conf: the server only, where the engine writes both apart."""
    return re.sub(r"^(jdbc:(?:mysql|postgresql|redshift)://[^/?]+)/.*$|^(jdbc:sqlserver://[^;]+);.*$", r"\1\2", url)


@dataclass(frozen=True)
class Listed:
    """An object with data in it, and what tells one version of it from the next."""

    uri: str
    size: int
    print: str


def objects(location: str) -> list[Listed]:
    """Objects below a location, or the one that it names, by URI; without those that Spark takes for hidden, and without empty ones."""
    found = _in_bucket(location) if urlparse(location).scheme in ("s3", "s3a", "s3n") else _in_folder(location)
    root = len(location.rstrip("/")) + 1
    return sorted((each for each in found if each.size and not _hidden(each.uri[root:])), key=lambda each: each.uri)


def _hidden(path: str) -> bool:
    # `_x=1` is a partition, as Spark sees it.
    return any(part[:1] == "." or (part[:1] == "_" and "=" not in part) for part in path.split("/"))


def _in_bucket(location: str) -> list[Listed]:
    where = urlparse(location)
    prefix = where.path.strip("/")
    pages = client("s3").get_paginator("list_objects_v2").paginate(Bucket=where.netloc, Prefix=prefix)
    return [
        Listed(f"{where.scheme}://{where.netloc}/{each['Key']}", each["Size"], f"{each['ETag']} {each['LastModified'].isoformat()}")
        for page in pages for each in page.get("Contents", []) if each["Key"] == prefix or each["Key"].startswith(f"{prefix}/" if prefix else "")
    ]


def _in_folder(location: str) -> list[Listed]:
    root = Path(urlparse(location).path)
    files = [root] if root.is_file() else [Path(folder) / name for folder, _, names in os.walk(root) for name in names]
    return [Listed(f"file://{file}", *_stat(file)) for file in files]


def _stat(file: Path) -> tuple[int, str]:
    stat = file.stat()
    return stat.st_size, f"{stat.st_size} {datetime.fromtimestamp(stat.st_mtime, UTC).isoformat()}"
