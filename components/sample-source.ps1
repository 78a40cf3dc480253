<powershell>
# First start of the sample source: SQL Server Express listens on TCP, has one login, one table and a year of readings.
# The password is read from Secrets Manager by the instance's role; it stands in no file and in no process argument.
$ErrorActionPreference = "Stop"

# A new role and a new endpoint take a while until everybody knows of them.
function Wait-Until([scriptblock] $work) {
  for ($try = 1; ; $try++) {
    try { return & $work } catch { if ($try -ge 60) { throw }; Start-Sleep -Seconds 10 }
  }
}
$secret = (Wait-Until { Get-SECSecretValue -SecretId "{{secretArn}}" -Region "{{region}}" }).SecretString | ConvertFrom-Json

$names = Get-ItemProperty "HKLM:\SOFTWARE\Microsoft\Microsoft SQL Server\Instance Names\SQL"
$instance = @("MSSQLSERVER", "SQLEXPRESS") | Where-Object { $names.$_ } | Select-Object -First 1
$key = "HKLM:\SOFTWARE\Microsoft\Microsoft SQL Server\$($names.$instance)\MSSQLServer"
$service = if ($instance -eq "MSSQLSERVER") { "MSSQLSERVER" } else { "MSSQL`$$instance" }
$server = if ($instance -eq "MSSQLSERVER") { "localhost" } else { "localhost\$instance" }

# Logins with a password, on one fixed port.
Set-ItemProperty $key -Name LoginMode -Value 2
Set-ItemProperty "$key\SuperSocketNetLib\Tcp" -Name Enabled -Value 1
Set-ItemProperty "$key\SuperSocketNetLib\Tcp\IPAll" -Name TcpDynamicPorts -Value ""
Set-ItemProperty "$key\SuperSocketNetLib\Tcp\IPAll" -Name TcpPort -Value "{{port}}"
New-NetFirewallRule -DisplayName "SQL Server" -Direction Inbound -Protocol TCP -LocalPort {{port}} -Action Allow | Out-Null

# Started for this script alone, SQL Server takes any administrator of the machine for its own: who runs user data need have no login in it
# (SQL Server documentation, "Connect to SQL Server when system administrators are locked out").
Set-Service $service -StartupType Automatic
Stop-Service $service -Force
& net.exe start $service /mSampleSource | Out-Null

function Invoke-Statement([string] $database, [string] $text, [hashtable] $values = @{}) {
  $connection = New-Object System.Data.SqlClient.SqlConnection "Server=$server;Database=$database;Integrated Security=true;Application Name=SampleSource;Pooling=false"
  Wait-Until { $connection.Open() }
  try {
    $command = $connection.CreateCommand()
    $command.CommandText = $text
    $command.CommandTimeout = 300
    foreach ($name in $values.Keys) { $command.Parameters.AddWithValue($name, $values[$name]) | Out-Null }
    $command.ExecuteNonQuery() | Out-Null
  } finally { $connection.Close() }
}

Invoke-Statement "master" "IF DB_ID('{{database}}') IS NULL CREATE DATABASE [{{database}}]"
Invoke-Statement "master" @"
DECLARE @statement nvarchar(max) = N'CREATE LOGIN ' + QUOTENAME(@login) + N' WITH PASSWORD = ' + QUOTENAME(@password, '''') + N', CHECK_POLICY = OFF';
IF SUSER_ID(@login) IS NULL EXEC (@statement);
"@ @{ "@login" = $secret.username; "@password" = $secret.password }
Invoke-Statement "{{database}}" @"
CREATE TABLE dbo.readings (
  room_id varchar(64) NOT NULL, [timestamp] datetime2 NOT NULL, temperature float NULL, updated_at datetime2 NOT NULL,
  CONSTRAINT readings_key PRIMARY KEY (room_id, [timestamp]));
CREATE INDEX readings_updated ON dbo.readings (updated_at);
"@
Invoke-Statement "{{database}}" @"
WITH hours AS (SELECT TOP (8760) CAST(ROW_NUMBER() OVER (ORDER BY (SELECT NULL)) - 1 AS int) AS n FROM sys.all_objects a CROSS JOIN sys.all_objects b),
     rooms AS (SELECT * FROM (VALUES ('office', 21.0), ('store', 17.0)) AS r (room_id, mean))
INSERT dbo.readings (room_id, [timestamp], temperature, updated_at)
SELECT room_id, DATEADD(hour, n, '2025-01-01'), ROUND(mean + 3 * SIN(2 * PI() * n / 24) + 4 * SIN(2 * PI() * n / 8760), 2), DATEADD(hour, n, '2025-01-01')
FROM hours CROSS JOIN rooms;
"@
Invoke-Statement "{{database}}" @"
DECLARE @statement nvarchar(max) = N'CREATE USER ' + QUOTENAME(@login) + N' FOR LOGIN ' + QUOTENAME(@login) + N'; ALTER ROLE db_datareader ADD MEMBER ' + QUOTENAME(@login);
EXEC (@statement);
"@ @{ "@login" = $secret.username }

# From here on for everybody who has a login.
Restart-Service $service -Force
</powershell>
