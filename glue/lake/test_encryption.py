"""encryption: what each driver is told, from what Glue says of a connection."""
import pytest

from lake.encryption import Unproven, connected

ENFORCED = {"enforceSSL": "true"}
ON_GLUE = {"RDS_ROOT_CERT_PATH": "/certs/rds.pem", "RDS_TRUSTSTORE_URL": "file:/certs/rds.jks"}.get


def asked(engine, conf, system=lambda name: None, url="jdbc:x://h/d"):
    return connected(engine, url, conf, system, lambda uri: f"PEM of {uri}\n")


@pytest.mark.parametrize("engine", ["sqlserver", "postgresql", "mysql", "h2"])
def test_a_connection_that_enforces_nothing_is_as_its_url_says(engine):
    assert asked(engine, {"enforceSSL": "false"}) == ("jdbc:x://h/d", {})
    assert asked(engine, {}) == ("jdbc:x://h/d", {})


def test_each_driver_proves_the_certificate_and_whose_it_is():
    assert asked("sqlserver", ENFORCED)[1] == {"encrypt": "true", "trustServerCertificate": "false"}
    assert asked("sqlserver", {**ENFORCED, "customJDBCCertString": "db.example"})[1]["hostNameInCertificate"] == "db.example"
    assert asked("mysql", ENFORCED)[1] == {"sslMode": "VERIFY_IDENTITY"}
    assert asked("postgresql", ENFORCED)[1] == {"sslmode": "verify-full", "sslfactory": "org.postgresql.ssl.DefaultJavaSSLFactory"}


def test_on_glue_the_certificates_of_rds_are_at_hand():
    assert asked("postgresql", ENFORCED, ON_GLUE)[1] == {"sslmode": "verify-full", "sslrootcert": "/certs/rds.pem"}
    assert asked("mysql", ENFORCED, ON_GLUE)[1]["trustCertificateKeyStoreUrl"] == "file:/certs/rds.jks"


def test_a_root_certificate_of_the_databases_own_is_handed_over_or_refused_by_name():
    own = {**ENFORCED, "customJDBCCert": "s3://ca/root.pem"}
    assert asked("postgresql", own, ON_GLUE)[1] == {
        "sslmode": "verify-full", "sslfactory": "org.postgresql.ssl.SingleCertValidatingFactory", "sslfactoryarg": "PEM of s3://ca/root.pem"}
    with pytest.raises(Unproven, match="driver of mysql proves no root certificate of the database's own, such as s3://ca/root.pem"):
        asked("mysql", own)


@pytest.mark.parametrize("url", ["jdbc:oracle:thin://@db:1521/s", "jdbc:oracle:thin:@//db:1521/s"])
def test_oracles_url_is_written_as_its_driver_takes_it_with_and_without_tls(url):
    assert asked("oracle", {}, url=url) == ("jdbc:oracle:thin:@//db:1521/s", {})
    assert asked("oracle", {**ENFORCED, "customJDBCCertString": "cn=db"}, url=url) == (
        "jdbc:oracle:thin:@tcps://db:1521/s", {"oracle.net.ssl_server_dn_match": "true", "oracle.net.ssl_server_cert_dn": "cn=db"})
