/**
 * SampleSource: a database to import from, for those who have none: SQL Server Express on one small Windows instance, in a VPC
 * of its own, as a company's database would be. No internet, no public address; it reads its password through one endpoint.
 *
 * Its certificate is its own, so connections are encrypted but can't check whom they talk to. It is for trying the lake out.
 */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { mayReadSecret, serviceRole } from "./access";
import { Block } from "./block";
import { vpcRangeFaults } from "./cidr";
import { databaseSecret } from "./database-secret";
import { sampleDefaults, withDefaults } from "./defaults";
import { flowLog } from "./network-flow";
import type { Peer } from "./peered-glue-network";

export interface SampleSourceArgs {
  /** Range of its VPC, /16 to /28; must not overlap Glue's. */
  cidr: string;
  /** Name of the database: letters, digits and _, a letter first. */
  database: string;
  /** User that the import logs in as; it may only read. */
  username: string;
  instanceType?: string;
  port?: number;
  /** Days that the flow log of its network is kept. */
  logRetentionDays?: number;
  /** Encrypts the password, the disk and the flow log; left out: the services' own keys do. */
  key?: aws.kms.Key | undefined;
}

export class SampleSource extends Block {
  /** Private address of the database. */
  readonly host: pulumi.Output<string>;
  readonly port: number;
  readonly secretArn: pulumi.Output<string>;
  /** Its network, as Glue's network joins it. */
  readonly peer: Peer;

  constructor(name: string, args: SampleSourceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("SampleSource", name, opts);
    const size = withDefaults(sampleDefaults, args);
    this.refuse(faults(args));

    const network = new awsx.ec2.Vpc(this.child("vpc"), {
      cidrBlock: args.cidr, numberOfAvailabilityZones: 1, enableDnsHostnames: true, enableDnsSupport: true,
      subnetStrategy: "Auto", subnetSpecs: [{ type: "Isolated" }], natGateways: { strategy: "None" },
    }, this.own);
    new aws.ec2.DefaultSecurityGroup(this.child("closed"), { vpcId: network.vpcId, ingress: [], egress: [] }, this.own);
    flowLog({ vpcId: network.vpcId, logRetentionDays: size.logRetentionDays, key: args.key }, this.part());
    const group = new aws.ec2.SecurityGroup(this.child("database"), { vpcId: network.vpcId, description: "The sample database" }, this.own);
    const subnetId = network.isolatedSubnets.apply((subnets) => (subnets[0] as aws.ec2.Subnet).id);
    const endpoint = this.passwordEndpoint(network, subnetId, group);

    // Made up anew by every run of the program; the first one stays.
    const password = pulumi.secret(randomBytes(24).toString("base64url"));
    this.secretArn = databaseSecret(this.child("login"), { username: args.username, password, keepFirst: true, key: args.key }, this.own);
    const instance = this.instance(args, size, subnetId, group, endpoint);
    this.host = instance.privateIp;
    this.port = size.port;
    this.peer = {
      vpcId: network.vpcId, cidr: args.cidr, port: size.port, securityGroupId: group.id,
      routeTableIds: [network.routeTables.apply((tables) => (tables[0] as aws.ec2.RouteTable).id)],
    };

    this.registerOutputs({ host: this.host, secretArn: this.secretArn });
  }

  /** The one way out: Secrets Manager, by HTTPS. */
  private passwordEndpoint(network: awsx.ec2.Vpc, subnetId: pulumi.Output<string>, database: aws.ec2.SecurityGroup): aws.ec2.VpcEndpoint {
    const group = new aws.ec2.SecurityGroup(this.child("endpoint"), { vpcId: network.vpcId, description: "Secrets Manager: HTTPS from the sample database" }, this.own);
    const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443, description: "Password from Secrets Manager" };
    new aws.vpc.SecurityGroupIngressRule(this.child("endpoint-in"), { ...https, securityGroupId: group.id, referencedSecurityGroupId: database.id }, this.own);
    new aws.vpc.SecurityGroupEgressRule(this.child("endpoint-out"), { ...https, securityGroupId: database.id, referencedSecurityGroupId: group.id }, this.own);
    const region = aws.getRegionOutput({}, { parent: this }).region;
    return new aws.ec2.VpcEndpoint(this.child("secretsmanager"), {
      vpcId: network.vpcId, vpcEndpointType: "Interface", serviceName: pulumi.interpolate`com.amazonaws.${region}.secretsmanager`,
      privateDnsEnabled: true, subnetIds: [subnetId], securityGroupIds: [group.id],
    }, this.own);
  }

  private instance(args: SampleSourceArgs, size: typeof sampleDefaults, subnetId: pulumi.Output<string>, group: aws.ec2.SecurityGroup, endpoint: aws.ec2.VpcEndpoint): aws.ec2.Instance {
    // Instances assume their role without telling the account; the role may only read this one secret.
    const { role, policy } = serviceRole(this.child("database"), "ec2.amazonaws.com", [mayReadSecret(this.secretArn, args.key)], this.own);
    const profile = new aws.iam.InstanceProfile(this.child("database"), { role: role.name }, this.own);
    // EC2 User Guide, "Find the latest AMI using Systems Manager parameters".
    const ami = aws.ssm.getParameterOutput({ name: "/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-SQL_2022_Express" }, { parent: this });
    return new aws.ec2.Instance(this.child("database"), {
      ami: ami.value,
      instanceType: size.instanceType,
      subnetId,
      vpcSecurityGroupIds: [group.id],
      associatePublicIpAddress: false,
      iamInstanceProfile: profile.name,
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      rootBlockDevice: { encrypted: true, volumeType: "gp3", ...(args.key && { kmsKeyId: args.key.arn }) },
      userData: this.firstStart(args.database, size.port),
      // Windows runs it once: another name or port, or another script, takes another machine.
      userDataReplaceOnChange: true,
      tags: { Name: this.physical("sample-source") },
      // A newer image is no reason to lose the database.
    }, { ...this.own, dependsOn: [endpoint, policy], ignoreChanges: ["ami"] });
  }

  /** What Windows runs once: the script beside this file, with names in it and no secret. */
  private firstStart(database: string, port: number): pulumi.Output<string> {
    const script = readFileSync(join(__dirname, "sample-source.ps1"), "utf8");
    const region = aws.getRegionOutput({}, { parent: this }).region;
    return pulumi.all([this.secretArn, region]).apply(([secretArn, region]) => filled(script, { secretArn, region, database, port: String(port) }));
  }
}

const filled = (script: string, values: Record<string, string>): string => script.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? "");

function faults({ cidr, database, username }: SampleSourceArgs): string[] {
  const names = Object.entries({ database, username }).filter(([, name]) => !/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(name));
  return [...vpcRangeFaults("source.cidr", cidr), ...names.map(([what, name]) => `${what} is "${name}"; set letters, digits and _, a letter first`)];
}
