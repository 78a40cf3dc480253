/** NetworkEndpoints: AWS's services that Glue's VPC reaches, and by which way. */
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
  /** A NAT gateway leads to the services that have none. */
  nat: boolean;
}

/** S3 by its gateway endpoint, which is free; the other services by interface endpoints or NAT; all for one group only, and by HTTPS. */
export function serviceEndpoints({ vpcId, routeTableIds, subnetIds, user, services, nat }: EndpointsArgs, part: Part): void {
  const { child, own } = part;
  const region = aws.getRegionOutput({}, { parent: own.parent }).region;
  const serviceName = (service: string) => pulumi.interpolate`com.amazonaws.${region}.${service}`;
  const ports: [number, number] = [443, 443];
  const s3 = new aws.ec2.VpcEndpoint(child("s3"), { vpcId, vpcEndpointType: "Gateway", serviceName: serviceName("s3"), routeTableIds }, own);
  letOut("s3", user.id, { ports, prefixListId: s3.prefixListId, description: "S3 by its gateway endpoint" }, part);
  // AWS publishes no list of the addresses of these services: it is everything, on this one port.
  if (nat) letOut("nat", user.id, { ports, cidrIpv4: "0.0.0.0/0", description: "AWS's services by the NAT gateway" }, part);
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
