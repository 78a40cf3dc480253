import { expect } from "chai";
import { cleaned, faultsOf } from "./faults";
import type { Graph } from "./graph";

const graph = (said: { message: string; urn?: string }[], failures: [string, string][] = []) =>
  ({ failures: new Map(failures), said: said.map((one) => ({ severity: "error", urn: "", ...one })) }) as unknown as Graph;
const ended = (code: number, stderr = "") => ({ code, stdout: "", stderr });

const refused = "<ref *1> Error: width is 0; set 1 to 9\nheight is -1; set 1 to 9\n    at new Shelf (/p/index.ts:26:47)\n    at x {\n  resource: \u001b[36m<ref *2>\u001b[39m Shelf {}\n}";

describe("faults", () => {
  it("of a component are its own lines, without stack, colour or dump", () => {
    const [fault] = faultsOf(graph([{ message: refused, urn: "urn:pulumi:dev::p::p:index:Shelf::shelf" }]), ended(32));
    expect(fault).to.equal("shelf (Shelf): width is 0; set 1 to 9\nheight is -1; set 1 to 9");
  });

  it("that nobody expected say where they arose", () => {
    const text = "Running program '/p/index.ts' failed with an unhandled exception:\nTypeError: x is not a function\n    at Object.<anonymous> (/p/node_modules/a.js:1:1)\n    at f (/p/infra/index.ts:12:3)";
    expect(cleaned(text)).to.equal("x is not a function (at /p/infra/index.ts:12)");
  });

  it("of one resource name it, and silence what follows from them", () => {
    expect(faultsOf(graph([{ message: "failed to register" }], [["urn:a", "bucket taken"]]), ended(32))).to.deep.equal(["urn:a: bucket taken"]);
  });

  it("are said once each; there are none when the program ran through", () => {
    expect(faultsOf(graph([{ message: "Error: a" }, { message: "Error: a" }]), ended(1))).to.deep.equal(["a"]);
    expect(faultsOf(graph([]), ended(0))).to.deep.equal([]);
    expect(faultsOf(graph([]), ended(7))).to.deep.equal(["The program ended with 7 and said nothing."]);
  });
});
