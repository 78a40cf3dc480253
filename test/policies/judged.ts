/** Judged: the resources of a saved plan as the host of a policy pack is told of them. */
import type { Judged } from "../../lab/engine/pack-host";
import type { Plan } from "../../lab/engine/plan";

export const judgedOf = ({ resources }: Plan): Judged[] => resources.map((resource) => ({
  ...resource,
  custom: resource.type.startsWith("aws:"),
  outputs: { ...resource.inputs, ...resource.foreseen },
  ignoreChanges: [], deleteBeforeReplace: false,
  additionalSecretOutputs: [...(resource.secretOutputs ?? [])],
}));
