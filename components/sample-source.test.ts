import { expect } from "chai";
import { SampleSource } from "./sample-source";
import { opened, registered } from "./testing";

const build = (database = "sensors") => registered((opts) => new SampleSource("source", { cidr: "10.65.0.0/24", database, username: "sensorlake" }, opts));
/** Built once: most tests only look. */
let kept: ReturnType<typeof build> | undefined;
const sound = () => (kept ??= build());

const INSTANCE = "aws:ec2/instance:Instance source-database";

describe("SampleSource", () => {
  it("has no public address, IMDSv2 only and an encrypted disk", async () => {
    const instance = (await sound()).get(INSTANCE);
    expect(instance.associatePublicIpAddress).to.equal(false);
    expect(instance.metadataOptions.httpTokens).to.equal("required");
    expect(instance.rootBlockDevice.encrypted).to.equal(true);
  });

  it("records who talks to whom in its network", async () => {
    const found = await sound();
    expect(found.get("aws:ec2/flowLog:FlowLog source-flow")).to.include({ trafficType: "ALL", logDestination: "arn:source-flow", iamRoleArn: "arn:source-flow" });
    expect(found.get("aws:cloudwatch/logGroup:LogGroup source-flow").retentionInDays).to.equal(90);
  });

  it("tells Windows where the password is, not what it is", async () => {
    const found = await sound();
    const { password } = JSON.parse(opened(found.get("aws:secretsmanager/secretVersion:SecretVersion source-login").secretString));
    const { userData } = found.get(INSTANCE);
    expect(password).to.match(/^[\w-]{32}$/);
    expect(userData).to.contain('-SecretId "arn:source-login"').and.not.to.contain(password);
    expect(userData).not.to.match(/\{\{/);
    expect(Buffer.byteLength(userData)).to.be.below(16 * 1024);
  });

  it("is made anew where its first start would be another one, and not for a newer image", async () => {
    expect((await sound()).get(INSTANCE)).to.include({ userDataReplaceOnChange: true });
    expect((await build("other")).get(INSTANCE).userData).to.contain("CREATE DATABASE [other]").and.not.equal((await sound()).get(INSTANCE).userData);
  });

  it("takes the latest image that AWS publishes with SQL Server in it, so that nothing is fetched at the first start", async () => {
    const { userData } = (await sound()).get(INSTANCE);
    expect(userData).not.to.match(/https?:|Invoke-WebRequest|Install-(Module|Package)|choco|winget/i);
    expect((await sound()).get(INSTANCE).ami).to.equal("/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-SQL_2022_Express");
  });

  it("lets the instance read its one secret and nothing else", async () => {
    const { policy } = (await sound()).get("aws:iam/rolePolicy:RolePolicy source-database");
    expect(JSON.parse(policy).Statement).to.deep.equal([
      { Effect: "Allow", Action: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], Resource: "arn:source-login" },
    ]);
  });

  it("refuses a database's name that SQL could take for more", async () => {
    expect(await build("x]; drop").then(() => "", String)).to.match(/database is "x\]; drop"; set letters/);
  });
});
