"""Encryption: what a connection of Glue says of TLS, in the words of each engine's driver. Plain texts in and out; nothing is asked here.

Glue's own readers heed a connection's "Require SSL connection"; Spark's JDBC reader knows nothing of it, so the driver must be told.
"""
from __future__ import annotations

from collections.abc import Callable

#: Where Glue's Java keeps the certificates of RDS: system properties of every driver and worker. Elsewhere they are not set.
RDS_CERTIFICATES, RDS_STORE, STORE_PASSWORD = "RDS_ROOT_CERT_PATH", "RDS_TRUSTSTORE_URL", "amazon"


class Unproven(Exception):
    """The connection asks for a proof that the engine's driver can't make."""


def connected(engine: str, url: str, conf: dict[str, str], system: Callable[[str], str | None], read: Callable[[str], str]) -> tuple[str, dict[str, str]]:
    """The URL and the properties to connect by.

    @param conf of GlueContext.extract_jdbc_conf
    @param system a property of the Java at hand
    @param read the text of an object
    """
    enforced = conf.get("enforceSSL", "false").lower() == "true"
    url = _of_oracle(url, enforced) if engine == "oracle" else url
    if not enforced or engine == "h2":
        return url, {}
    root = conf.get("customJDBCCert") or None
    if root and engine != "postgresql":
        raise Unproven(f"the driver of {engine} proves no root certificate of the database's own, such as {root}; leave it out of the connection")
    return url, _proofs(engine, conf.get("customJDBCCertString") or None, system, read(root) if root else None)


def _of_oracle(url: str, enforced: bool) -> str:
    """Glue writes `thin://@host`, which Oracle's own driver refuses (ORA-17067)."""
    place = url.split("@", 1)[1].lstrip("/")
    return f"jdbc:oracle:thin:@{'tcps:' if enforced else ''}//{place}"


def _proofs(engine: str, name: str | None, system: Callable[[str], str | None], root: str | None) -> dict[str, str]:
    """Each driver's words for: encrypt, prove the certificate, and look whose it is."""
    if engine == "sqlserver":
        return {"encrypt": "true", "trustServerCertificate": "false", **({"hostNameInCertificate": name} if name else {})}
    if engine == "oracle":
        return {"oracle.net.ssl_server_dn_match": "true", **({"oracle.net.ssl_server_cert_dn": name} if name else {})}
    if engine == "mysql":
        store = system(RDS_STORE)
        return {"sslMode": "VERIFY_IDENTITY", **({"trustCertificateKeyStoreUrl": store, "trustCertificateKeyStorePassword": STORE_PASSWORD} if store else {})}
    if root:
        return {"sslmode": "verify-full", "sslfactory": "org.postgresql.ssl.SingleCertValidatingFactory", "sslfactoryarg": root.strip()}
    certificates = system(RDS_CERTIFICATES)
    # PostgreSQL's driver looks at no trust store of Java's unless it is told to.
    return {"sslmode": "verify-full", **({"sslrootcert": certificates} if certificates else {"sslfactory": "org.postgresql.ssl.DefaultJavaSSLFactory"})}
