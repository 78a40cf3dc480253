import { expect } from "chai";
import { globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { SecretsManagerService } from "./secretsmanager";
import { Vault } from "./secretsmanager/vault";
import { ask, codeOf, removeLabs, testLab } from "./testing";

describe("Secrets Manager", () => {
  after(removeLabs);

  it("moves AWSCURRENT to a new value, keeps the one before, and drops older ones", async () => {
    const secrets = new SecretsManagerService(testLab());
    const { ARN } = await ask(secrets, "CreateSecret", { Name: "db", SecretString: "one" });
    await ask(secrets, "PutSecretValue", { SecretId: ARN, SecretString: "two" });
    await ask(secrets, "UpdateSecret", { SecretId: "db", SecretString: "three" });
    const value = async (VersionStage: string) => (await ask(secrets, "GetSecretValue", { SecretId: "db", VersionStage })).SecretString;
    expect([await value("AWSCURRENT"), await value("AWSPREVIOUS")]).to.deep.equal(["three", "two"]);
    const { VersionIdsToStages } = await ask(secrets, "DescribeSecret", { SecretId: "db" });
    expect(Object.values(VersionIdsToStages)).to.have.deep.members([["AWSCURRENT"], ["AWSPREVIOUS"]]);
  });

  it("survives a restart, and holds no value in the clear on disk", async () => {
    const lab = testLab();
    await ask(new SecretsManagerService(lab), "CreateSecret", { Name: "db", SecretString: "hunter2-hunter2" });
    const files = globSync("**/*", { cwd: lab.home }).map((file) => `${lab.home}/${file}`).filter((file) => statSync(file).isFile());
    expect(files.map((file) => readFileSync(file, "latin1")).join("")).not.to.contain("hunter2");
    expect(await ask(new SecretsManagerService(testLab(lab.home)), "GetSecretValue", { SecretId: "db" })).to.include({ SecretString: "hunter2-hunter2" });
  });

  it("hides a secret that waits for its deletion, and gives it back when restored", async () => {
    const secrets = new SecretsManagerService(testLab());
    await ask(secrets, "CreateSecret", { Name: "db", SecretString: "v" });
    await ask(secrets, "DeleteSecret", { SecretId: "db" });
    expect(await codeOf(ask(secrets, "GetSecretValue", { SecretId: "db" }))).to.equal("InvalidRequestException");
    expect(await codeOf(ask(secrets, "CreateSecret", { Name: "db", SecretString: "w" }))).to.equal("InvalidRequestException");
    await ask(secrets, "RestoreSecret", { SecretId: "db" });
    expect(await ask(secrets, "GetSecretValue", { SecretId: "db" })).to.include({ SecretString: "v" });
    await ask(secrets, "DeleteSecret", { SecretId: "db", ForceDeleteWithoutRecovery: true });
    expect(await codeOf(ask(secrets, "GetSecretValue", { SecretId: "db" }))).to.equal("ResourceNotFoundException");
  });

  it("takes the same token twice for one value, and not for another", async () => {
    const secrets = new SecretsManagerService(testLab());
    await ask(secrets, "CreateSecret", { Name: "db" });
    const put = (SecretString: string) => ask(secrets, "PutSecretValue", { SecretId: "db", SecretString, ClientRequestToken: "t" });
    expect(await put("a")).to.deep.equal(await put("a"));
    expect(await codeOf(put("b"))).to.equal("ResourceExistsException");
  });

  it("names the action that it does not have", async () => {
    expect(await codeOf(ask(new SecretsManagerService(testLab()), "RotateSecret"))).to.equal("NotImplementedException");
  });

  it("opens a sealed value for what it belongs to only, and refuses a damaged key", () => {
    const file = `${testLab().home}/key`;
    const sealed = new Vault(file).seal(Buffer.from("v"), "arn:one");
    expect(new Vault(file).open(sealed, "arn:one").toString()).to.equal("v");
    expect(() => new Vault(file).open(sealed, "arn:two")).to.throw();
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    writeFileSync(file, "short");
    expect(() => new Vault(file)).to.throw("is not a key of 32 bytes");
  });
});
