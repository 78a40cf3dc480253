/** Machines and their volumes: encrypted, watched, and not lost by mistake. */
import { each, first, is, passes, property, set, where, yes } from "../ask";
import type { Rule } from "../rule";
import type { Props, Seen } from "../stack";

const INSTANCE = ["aws:ec2/instance:Instance"];
const VOLUME = ["aws:ebs/volume:Volume"];
const isVolume = ({ type }: Seen): boolean => type === VOLUME[0];

export const volumesEncrypted: Rule = {
  name: "ec2-ebs-enc", level: "mandatory", promise: "encryption", types: [...INSTANCE, ...VOLUME],
  why: "A volume outlives its machine, and may be attached to another.",
  set: "Set encrypted of rootBlockDevice, of each of ebsBlockDevices and of each Volume to true",
  covers: ["CKV_AWS_3", "CKV_AWS_8", "CKV2_AWS_2", "AwsSolutions-EC26", "ec2-instance-disallow-unencrypted-block-device",
    "ec2-instance-disallow-unencrypted-root-block-device", "ebs-volume-disallow-unencrypted-volume", "encrypted-volumes", "FSBP EC2.3"],
  check: (resource) => first(isVolume(resource)
    ? [passes(resource.props, "encrypted", yes)]
    : [passes(resource.props, "rootBlockDevice.encrypted", yes), ...each(resource.props.ebsBlockDevices).map((device) => passes(device, "encrypted", yes))]),
};

export const volumesByOwnKey: Rule = {
  name: "ec2-ebs-cmk", level: "advisory", promise: "encryption", types: [...INSTANCE, ...VOLUME],
  why: "A key of one's own says who may read the volume.",
  set: "Set kmsKeyId of rootBlockDevice, of each of ebsBlockDevices and of each Volume to a key",
  covers: ["CKV_AWS_189", "ebs-volume-configure-customer-managed-key"],
  check: (resource) => first((isVolume(resource) ? [resource.props] : [resource.props.rootBlockDevice, ...each(resource.props.ebsBlockDevices)] as Props[])
    .filter((device) => yes(device?.encrypted)).map((device) => set(device.kmsKeyId))),
};

export const volumesEncryptedByDefault: Rule = {
  name: "ec2-ebs-default", level: "advisory", promise: "encryption", types: ["aws:ebs/encryptionByDefault:EncryptionByDefault"],
  why: "The account's default catches the volumes that nobody thought of.",
  set: "Leave enabled true",
  covers: ["CKV_AWS_106", "FSBP EC2.7"],
  check: property("enabled", (value) => value === undefined || yes(value)),
};

export const volumesUsed: Rule = {
  name: "ec2-ebs-used", level: "advisory", promise: "cost", types: VOLUME,
  why: "A volume is paid for whether or not a machine has it.",
  set: "Add a VolumeAttachment for this volume, or remove it",
  covers: ["ec2-volume-inuse"],
  check: (volume, stack) => stack.pointingAt(volume, "aws:ec2/volumeAttachment:VolumeAttachment", "volumeId").length > 0,
};

export const instanceWatched: Rule = {
  name: "ec2-monitor", level: "advisory", promise: "operations", types: INSTANCE,
  why: "Figures every five minutes show a peak when it is over.",
  set: "Set monitoring to true",
  covers: ["CKV_AWS_126", "AwsSolutions-EC28", "ec2-instance-detailed-monitoring-enabled"],
  check: property("monitoring", yes),
};

/** Families that are always EBS optimised: EC2 User Guide, "EBS optimized by default"; all current generations are. */
const ALWAYS = /^(a1|c[5-9]|m[5-9]|r[5-9]|t[34]|x[2-9]|i[3-9]|z1)/;

export const instanceOptimised: Rule = {
  name: "ec2-ebsopt", level: "advisory", promise: "operations", types: INSTANCE,
  why: "On older types the volume shares the network with everything else.",
  set: "Set ebsOptimized to true, or a current instanceType",
  covers: ["CKV_AWS_135"],
  check: where(({ props }) => !ALWAYS.test(String(props.instanceType)), property("ebsOptimized", yes)),
};

export const instanceKept: Rule = {
  name: "ec2-termprot", level: "prod", promise: "operations", types: INSTANCE,
  why: "A machine that anybody may end by mistake will be.",
  set: "Set disableApiTermination to true",
  covers: ["AwsSolutions-EC29"],
  check: property("disableApiTermination", yes),
};

export const instanceInOneNetwork: Rule = {
  name: "ec2-eni", level: "advisory", promise: "network", types: INSTANCE,
  why: "A machine in two networks joins them.",
  set: "Keep to one of networkInterfaces",
  covers: ["FSBP EC2.17"],
  check: property("networkInterfaces", (list) => each(list).length <= 1),
};

export const instanceOfToday: Rule = {
  name: "ec2-pv", level: "advisory", promise: "operations", types: INSTANCE,
  why: "Types of paravirtual machines are slower and on their way out.",
  set: "Set instanceType to a current one, such as t4g.small",
  covers: ["FSBP EC2.24"],
  check: property("instanceType", (type) => !/^(t1|m1|m2|c1|hi1|hs1|cc|cr|cg)/.test(String(type))),
};

export const notebookSupported: Rule = {
  name: "sm-nb-platform", level: "mandatory", promise: "models", types: ["aws:sagemaker/notebookInstance:NotebookInstance"],
  why: "A notebook on an old platform gets no security updates.",
  set: "Set platformIdentifier to notebook-al2023-v1 or notebook-al2-v3",
  covers: ["FSBP SageMaker.8"],
  check: property("platformIdentifier", is("notebook-al2023-v1", "notebook-al2-v3")),
};
