import { expect } from "chai";
import fc from "fast-check";
import { loadChannel } from "../components/channel";
import { parse } from "./settings";

const sound = {
  owner: "sensor-team", channels: ["temperature", "diagnostics"], things: ["office-1"],
  network: { cidr: "10.64.0.0/24" },
  source: {
    kind: "existing", engine: "sqlserver", host: "db.example.com", database: "building", credentialsSecretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:x",
    tables: [{ table: "dbo.readings", channel: "temperature", watermark: "updated_at" }],
    network: { vpcId: "vpc-1", cidr: "10.20.0.0/16", routeTableIds: ["rtb-1"], securityGroupId: "sg-1" },
  },
  anomaly: { channel: "temperature" },
};
const sample = { kind: "sample", database: "sensors", cidr: "10.65.0.0/24", tables: sound.source.tables };

const faultsOf = (config: Record<string, unknown>, hasPassword = false) => parse(config, { load: loadChannel, hasPassword }).faults;

describe("settings", () => {
  it("take a sound config as it is", () => {
    expect(parse(sound, { load: loadChannel, hasPassword: false }).settings).to.deep.equal(sound);
  });

  it("name every fault at once, each with what to set", () => {
    const faults = faultsOf({ ...sound, owner: undefined, things: ["a b", "a b"], lake: { protect: "yes", colour: 1 }, network: { cidr: 10 } });
    expect(faults).to.deep.equal([
      "sensorlake:owner is missing; set a team or person: letters, digits, space and .@_-",
      'sensorlake:things has "a b" twice; remove one',
      'sensorlake:things[0] is "a b"; set letters, digits, _ and -',
      'sensorlake:things[1] is "a b"; set letters, digits, _ and -',
      "sensorlake:lake.colour is no setting; remove it, or set one of databaseSuffix, customerKey, accessLogs, accessLogDays, protect, catalogEncryption, versioning, partitionBy, noncurrentDays, resultDays",
      'sensorlake:lake.protect is "yes"; set true or false',
      "sensorlake:network.cidr is 10; set an IPv4 range such as 10.64.0.0/24",
    ]);
  });

  it("say what is missing from an empty config", () => {
    expect(faultsOf({})).to.have.length(4);
  });

  it("refuse a network that overlaps the database's, naming both ranges", () => {
    expect(faultsOf({ ...sound, network: { cidr: "10.20.64.0/24" } })).to.deep.equal([
      "sensorlake:network.cidr 10.20.64.0/24 overlaps sensorlake:source.network.cidr 10.20.0.0/16; set ranges that share no address",
    ]);
  });

  it("refuse a sample whose range overlaps Glue's", () => {
    expect(faultsOf({ ...sound, source: { ...sample, cidr: "10.64.0.0/25" } })[0]).to.match(/10\.64\.0\.0\/24 overlaps sensorlake:source\.cidr 10\.64\.0\.0\/25/);
  });

  it("ask an existing database for one login: a secret or a password", () => {
    const { credentialsSecretArn, ...source } = sound.source;
    expect(faultsOf({ ...sound, source })[0]).to.match(/has no login; set sensorlake:source.credentialsSecretArn, or sensorlake:sourcePassword/);
    expect(faultsOf({ ...sound, source: { ...source, username: "reader" } }, true)).to.deep.equal([]);
    expect(faultsOf({ ...sound, source: { ...source, username: "reader", credentialsSecretArn } }, true)[0]).to.match(/has two logins/);
  });

  it("ask an existing database for its network, unless it is reached directly", () => {
    const source = Object.fromEntries(Object.entries(sound.source).filter(([key]) => key !== "network"));
    expect(faultsOf({ ...sound, source })[0]).to.match(/source\.network is missing; .* or sensorlake:source\.reach to direct/);
    expect(faultsOf({ ...sound, source: { ...source, reach: "direct" } })).to.deep.equal([]);
  });

  it("need nothing of a source that there is none of", () => {
    expect(faultsOf({ ...sound, source: { kind: "none" } })).to.deep.equal([]);
    const without = Object.fromEntries(Object.entries(sound).filter(([key]) => key !== "network"));
    expect(faultsOf({ ...without, source: { kind: "none" } })).to.deep.equal([]);
    expect(faultsOf(without)).to.deep.equal(["sensorlake:network is missing; set at least its cidr, such as { cidr: 10.64.0.0/24 }"]);
  });

  it("refuse what a kind of source would ignore", () => {
    expect(faultsOf({ ...sound, source: { ...sample, host: "db" } })).to.deep.equal(["sensorlake:source.host has no use for a source of kind sample; remove it"]);
  });

  it("refuse a channel without schema, and one that the lake does not have", () => {
    expect(faultsOf({ ...sound, channels: ["temperature", "humidity"] })[0]).to.match(/humidity\.json/);
    expect(faultsOf({ ...sound, channels: ["diagnostics"] }).join()).to.match(/source\.tables\[0\]\.channel is "temperature".*anomaly\.channel is "temperature"/);
  });

  it("read any config without throwing, and give settings or faults, never both", () => {
    const keys = fc.constantFrom(...Object.keys(sound), "lake", "ingest", "exports", "jobs", "other");
    fc.assert(fc.property(fc.dictionary(keys, fc.anything()), (config) => {
      const { settings, faults } = parse({ ...sound, ...config }, { load: loadChannel, hasPassword: false });
      return (settings === undefined) === faults.length > 0;
    }), { numRuns: 200 });
  });

  it("say nothing that does not tell what to do", () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...Object.keys(sound)), fc.jsonValue()), (config) =>
      faultsOf({ ...sound, ...config }).every((fault) => /; (set|remove)|: /.test(fault))), { numRuns: 200 });
  });
});
