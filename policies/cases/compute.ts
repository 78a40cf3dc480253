/** Cases of jobs, queries, functions, state machines, models and machines. */
import type { Scope } from "../asl/machine";
import { rewrite } from "../testing";
import { adds, anew, on, type RuleCase, sets } from "./case";

const JOB = "aws:glue/job:Job";
const WORKGROUP = "aws:athena/workgroup:Workgroup";
const FUNCTION = "aws:lambda/function:Function";
const PERMISSION = "aws:lambda/permission:Permission";
const MACHINE = "aws:sfn/stateMachine:StateMachine";
const ENDPOINT = "aws:sagemaker/endpointConfiguration:EndpointConfiguration";
const NOTEBOOK = "aws:sagemaker/notebookInstance:NotebookInstance";
const INSTANCE = "aws:ec2/instance:Instance";
const VOLUME = "aws:ebs/volume:Volume";
const dev = { stack: "dev" } as const;

const ROLE = "aws:iam/role:Role";
const notebook = {
  directInternetAccess: "Disabled", subnetId: "subnet-1", kmsKeyId: "key", rootAccess: "Disabled", platformIdentifier: "notebook-al2023-v1",
  instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: "2" }, roleArn: "arn:role",
};
const ofNotebook = (rule: string, fault: Record<string, unknown>): RuleCase =>
  ({ rule, kept: [adds(NOTEBOOK, notebook, { roleArn: ROLE })], broken: [adds(NOTEBOOK, { ...notebook, ...fault }, { roleArn: ROLE })] });
const permissionOf = (statement: object) => adds("aws:iam/rolePolicy:RolePolicy", { role: "none", policy: JSON.stringify({ Statement: [statement] }) }, { role: ROLE }, "of-role");
const volume = { encrypted: true, kmsKeyId: "key" };
const attached = adds("aws:ec2/volumeAttachment:VolumeAttachment", { volumeId: "vol-1" }, {}, "attached");

export const compute: RuleCase[] = [
  on("glue-secconf", JOB, { securityConfiguration: undefined }),
  on("glue-secconf-enc", "aws:glue/securityConfiguration:SecurityConfiguration", { "encryptionConfiguration.s3Encryption.s3EncryptionMode": "DISABLED" }),
  on("glue-catalog-enc", "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings",
    { "dataCatalogEncryptionSettings.connectionPasswordEncryption.returnConnectionPasswordEncrypted": false }),
  on("glue-version", JOB, { glueVersion: "3.0" }),
  { rule: "glue-ml", kept: [], broken: [adds("aws:glue/mLTransform:MLTransform", { name: "case" })] },

  on("ath-enc", WORKGROUP, { "configuration.resultConfiguration.encryptionConfiguration.encryptionOption": undefined }),
  on("ath-enc-cmk", WORKGROUP, { "configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn": undefined }),
  on("ath-enforce", WORKGROUP, { "configuration.enforceWorkgroupConfiguration": false }),
  on("ath-log", WORKGROUP, { "configuration.publishCloudwatchMetricsEnabled": false }),
  anew("ath-db-enc", "aws:athena/database:Database", { name: "case_db", comment: "case", encryptionConfiguration: { encryptionOption: "SSE_S3" } }, { encryptionConfiguration: undefined }),
  on("ath-desc", WORKGROUP, { description: undefined }),
  anew("qs-ssl", "aws:quicksight/dataSource:DataSource", { sslProperties: { disableSsl: false } }, { "sslProperties.disableSsl": true }),

  on("la-conc", FUNCTION, { reservedConcurrentExecutions: undefined }, { reservedConcurrentExecutions: 5 }),
  { rule: "la-dlq", kept: [adds(PERMISSION, { principal: "s3.amazonaws.com", sourceAccount: "123456789012" }, { function: FUNCTION }), sets(FUNCTION, { "deadLetterConfig.targetArn": "arn:queue" })],
    broken: [adds(PERMISSION, { principal: "s3.amazonaws.com", sourceAccount: "123456789012" }, { function: FUNCTION })], silent: [] },
  on("la-vpc", FUNCTION, { vpcConfig: undefined }, { vpcConfig: { subnetIds: ["subnet-1", "subnet-2"] } }),
  { rule: "la-vpc-az", kept: [sets(FUNCTION, { vpcConfig: { subnetIds: ["a", "b"] } }), twoZones()], broken: [sets(FUNCTION, { vpcConfig: { subnetIds: ["a"] } }), twoZones()], silent: [sets(FUNCTION, { vpcConfig: undefined })] },
  on("la-env-kms", FUNCTION, { kmsKeyArn: undefined }, { kmsKeyArn: "arn:key" }, { silent: [sets(FUNCTION, { environment: undefined, kmsKeyArn: undefined })] }),
  on("la-sign", FUNCTION, { codeSigningConfigArn: undefined }, { codeSigningConfigArn: "arn:signing" }),
  on("la-runtime", FUNCTION, { runtime: "nodejs16.x" }),
  on("la-secrets", FUNCTION, { "environment.variables.DB_PASSWORD": "swordfish" }),
  on("la-tls", FUNCTION, { "environment.variables.NODE_TLS_REJECT_UNAUTHORIZED": "0" }, {}, { silent: [sets(FUNCTION, { environment: undefined })] }),
  on("la-xray", FUNCTION, { "tracingConfig.mode": "PassThrough" }),
  on("la-desc", FUNCTION, { description: undefined }),
  anew("la-perm-public", PERMISSION, { principal: "events.amazonaws.com", sourceArn: "arn:rule" }, { principal: "*" }),
  anew("la-perm-source", PERMISSION, { principal: "events.amazonaws.com", sourceArn: "arn:rule" }, { sourceArn: undefined }, [], { silent: [adds(PERMISSION, { principal: "123456789012" })] }),
  anew("la-url", "aws:lambda/functionUrl:FunctionUrl", { authorizationType: "AWS_IAM" }, { authorizationType: "NONE" }),

  anew("sfn-xray", MACHINE, { definition: JSON.stringify({ StartAt: "Done", TimeoutSeconds: 60, States: { Done: { Type: "Succeed" } } }), loggingConfiguration: { level: "ALL" }, tracingConfiguration: { enabled: true } }, { "tracingConfiguration.enabled": false }),
  on("sfn-log", MACHINE, { "loggingConfiguration.level": "ERROR" }),
  on("sfn-log-data", MACHINE, { "loggingConfiguration.includeExecutionData": true }, { "loggingConfiguration.includeExecutionData": false }),

  on("sm-netiso", "aws:sagemaker/model:Model", { enableNetworkIsolation: false }),
  { rule: "sm-job-kms", kept: [], broken: [(copy) => rewrite<Scope>(copy.the("StateMachine", "etl-train").props, "definition", ({ States }) => { delete (States!["Train Room"]!.Parameters!.OutputDataConfig as { KmsKeyId?: string }).KmsKeyId; })],
    silent: [(copy) => copy.without("StateMachine", "etl-train")] },
  on("sm-ep-kms", ENDPOINT, { kmsKeyArn: undefined }),
  on("sm-ep-count", ENDPOINT, { "productionVariants.0.initialInstanceCount": 1 }),
  ofNotebook("sm-nb-net", { directInternetAccess: "Enabled" }),
  ofNotebook("sm-nb-kms", { kmsKeyId: undefined }),
  ofNotebook("sm-nb-root", { rootAccess: "Enabled" }),
  ofNotebook("sm-nb-imds", { instanceMetadataServiceConfiguration: undefined }),
  ofNotebook("sm-nb-platform", { platformIdentifier: "notebook-al1-v1" }),
  { rule: "sm-nb-iam", kept: [permissionOf({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::case" })],
    broken: [permissionOf({ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::case" }), adds(NOTEBOOK, notebook, { roleArn: ROLE })] },

  on("ec2-profile", INSTANCE, { iamInstanceProfile: undefined }, {}, dev),
  on("ec2-monitor", INSTANCE, { monitoring: false }, { monitoring: true }, dev),
  on("ec2-ebsopt", INSTANCE, { ebsOptimized: false }, { instanceType: "m4.large", ebsOptimized: true }, { ...dev, silent: [sets(INSTANCE, { instanceType: "t4g.small", ebsOptimized: false })] }),
  on("ec2-userdata", INSTANCE, { userData: "export DB_PASSWORD=swordfish1" }, { userData: "#!/bin/sh\necho ready" }, dev),
  on("ec2-imds", INSTANCE, { "metadataOptions.httpTokens": "optional" }, {}, dev),
  on("ec2-publicip", INSTANCE, { associatePublicIpAddress: true }, {}, dev),
  on("ec2-ebs-enc", INSTANCE, { "rootBlockDevice.encrypted": false }, {}, dev),
  on("ec2-ebs-cmk", INSTANCE, { "rootBlockDevice.kmsKeyId": undefined }, {}, { ...dev, silent: [sets(INSTANCE, { "rootBlockDevice.encrypted": false })] }),
  anew("ec2-ebs-cmk", VOLUME, { ...volume, id: "vol-1" }, { kmsKeyId: undefined }, [attached], { silent: [adds(VOLUME, { encrypted: false, id: "vol-1" })] }),
  anew("ec2-ebs-default", "aws:ebs/encryptionByDefault:EncryptionByDefault", { enabled: true }, { enabled: false }),
  { rule: "ec2-ebs-used", kept: [attached, adds(VOLUME, { ...volume, id: "vol-1" })], broken: [adds(VOLUME, { ...volume, id: "vol-1" })] },
  on("ec2-termprot", INSTANCE, { disableApiTermination: false }, { disableApiTermination: true }, dev),
  on("ec2-eni", INSTANCE, { networkInterfaces: [{}, {}] }, { networkInterfaces: [{}] }, dev),
  on("ec2-pv", INSTANCE, { instanceType: "m1.small" }, { instanceType: "m6i.large", ebsOptimized: true }, dev),
  on("net-eni-srcdst", INSTANCE, { sourceDestCheck: false }, { sourceDestCheck: true }, dev),
];

function twoZones(): RuleCase["kept"][number] {
  return (copy) => ["a", "b"].forEach((zone) => copy.add({ type: "aws:ec2/subnet:Subnet", name: `zone-${zone}`, props: { id: zone, availabilityZone: zone } }));
}
