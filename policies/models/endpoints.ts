/** Models: cut off from everything but their requests, and there when one machine is not. */
import { each, property, yes } from "../ask";
import type { Rule } from "../rule";

export const modelIsolated: Rule = {
  name: "sm-netiso", level: "mandatory", promise: "models", types: ["aws:sagemaker/model:Model"],
  why: "A container that may reach out can send readings anywhere.",
  set: "Set enableNetworkIsolation to true",
  covers: ["CKV_AWS_370", "FSBP SageMaker.5"],
  check: property("enableNetworkIsolation", yes),
};

export const endpointDoubled: Rule = {
  name: "sm-ep-count", level: "prod", promise: "models", types: ["aws:sagemaker/endpointConfiguration:EndpointConfiguration"],
  why: "An endpoint of one machine is away while that machine is.",
  set: "Set initialInstanceCount of each variant to 2 or more",
  covers: ["FSBP SageMaker.4"],
  check: property("productionVariants", (variants) => each(variants).every(({ initialInstanceCount, serverlessConfig }) => serverlessConfig !== undefined || Number(initialInstanceCount ?? 1) >= 2)),
};
