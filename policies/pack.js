// The pack as the Pulumi CLI loads it from this folder. Its host would compile TypeScript with type checks at every start; tsx strips types only.
require("tsx/cjs");
require("./index.ts");
