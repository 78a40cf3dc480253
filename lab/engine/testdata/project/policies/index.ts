/** A pack of one rule of each kind, for the tests of the engine. */
import * as aws from "@pulumi/aws";
import { PolicyPack, validateResourceOfType } from "@pulumi/policy";

new PolicyPack("fixture", {
  policies: [
    {
      name: "bucket-owner",
      description: "Every bucket has an owner.",
      enforcementLevel: "mandatory",
      configSchema: { properties: { owner: { type: "string", default: "librarian" } } },
      validateResource: validateResourceOfType(aws.s3.Bucket, (bucket, args, report) => {
        const { owner } = args.getConfig<{ owner: string }>();
        if (bucket.tags?.Owner !== owner) report(`The owner is ${bucket.tags?.Owner}; set ${owner}`);
      }),
    },
    {
      name: "one-role",
      description: "A stack has one role.",
      enforcementLevel: "advisory",
      validateStack: ({ resources }, report) => {
        const roles = resources.filter((one) => one.isType(aws.iam.Role));
        const role = roles[0];
        if (roles.length === 1 && role) report("There is one role, as there should be", role.urn);
      },
    },
  ],
});
