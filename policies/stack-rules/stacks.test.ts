import { breaks } from "../testing";
import { stackRules } from ".";

describe("the stacks of this program", () => {
  breaks(stackRules, ["dev", "prod", "local"].map((stack) => ({ rule: stack, stack, when: "all rules are kept", change: () => undefined, fires: [] })));
});
