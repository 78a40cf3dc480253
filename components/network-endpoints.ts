/** NetworkEndpoints: the services that a VPC without internet still reaches, and by which way. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Part } from "./block";
import { letIn, letOut, securityGroup } from "./network-groups";

export interface EndpointsArgs {
  vpcId: pulumi.Output<string>;
  /** Tables that get the way to S3. */
  routeTableIds: pulumi.Input<string>[];
  /** Where interface endpoints stand. */
  subnetIds: pulumi.Input<string>[];
  /** Group that may use them. */
  user: aws.ec2.SecurityGroup;
  /** Services with an interface endpoint, such as `secretsmanager`. */
  services: string[];
}

/** S3 by its gateway endpoint, the other services by interface endpoints, all for one group only. */
export function serviceEndpoints({ vpcId, routeTableIds, subnetIds, user, services }: EndpointsArgs, part: Part): void {
  const { child, own } = part;
  const region = aws.getRegionOutput({}, { parent: own.parent }).region;
  const serviceName = (service: string) => pulumi.interpolate`com.amazonaws.${region}.${service}`;
  const ports: [number, number] = [443, 443];
  const s3 = new aws.ec2.VpcEndpoint(child("s3"), { vpcId, vpcEndpointType: "Gateway", serviceName: serviceName("s3"), routeTableIds }, own);
  letOut("s3", user.id, { ports, prefixListId: s3.prefixListId, description: "S3 by its gateway endpoint" }, part);
  if (!services.length) return;

  const group = securityGroup("endpoints", vpcId, "Interface endpoints: HTTPS from Glue's workers", part);
  letIn("endpoints-in", group.id, { ports, referencedSecurityGroupId: user.id, description: "HTTPS from Glue's workers" }, part);
  letOut("endpoints-out", user.id, { ports, referencedSecurityGroupId: group.id, description: "Interface endpoints" }, part);
  for (const service of services) {
    new aws.ec2.VpcEndpoint(child(service), {
      vpcId, vpcEndpointType: "Interface", serviceName: serviceName(service), privateDnsEnabled: true, subnetIds, securityGroupIds: [group.id],
    }, own);
  }
}
