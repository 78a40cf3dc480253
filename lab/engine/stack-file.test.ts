import { expect } from "chai";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig, readProject } from "./stack-file";

function project(files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), "stack-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  return root;
}

const files = {
  "Pulumi.yaml": "name: p\nmain: index.ts\nconfig:\n  p:a: 1\n  p:b: { default: two }\n  p:c: { type: string }\n",
  "index.ts": "",
  "Pulumi.dev.yaml": "config:\n  aws:region: eu-west-1\n  p:b: three\n  p:box: { size: 1, lid: { colour: red } }\n  p:key: { secure: v1:x }\n  p:deep: { user: me, pass: { secure: v1:y } }\n",
};

describe("a stack file", () => {
  const root = project(files);
  const config = readConfig(readProject(root), "dev", { box: { lid: { colour: "blue" } }, "aws:region": "eu-north-1" });

  it("is laid over the defaults of the project, and what is set for one run over both", () => {
    expect(config.values).to.deep.include({ "p:a": "1", "p:b": "three", "aws:region": "eu-north-1" });
    expect(config.values).to.not.have.property("p:c");
  });

  it("takes objects as JSON text, merged with what is set for one run", () => {
    expect(JSON.parse(config.values["p:box"] ?? "")).to.deep.equal({ size: 1, lid: { colour: "blue" } });
  });

  it("shows an encrypted value as a secret that is not known", () => {
    expect([config.encrypted, config.secretKeys]).to.deep.equal([["p:key", "p:deep"], ["p:key", "p:deep"]]);
    expect(config.values["p:key"]).to.equal("[secret]");
    expect(JSON.parse(config.values["p:deep"] ?? "")).to.deep.equal({ user: "me", pass: "[secret]" });
  });

  it("runs the program in the folder of main, as the CLI does", () => {
    expect(readProject(root)).to.deep.include({ name: "p", cwd: root, program: join(root, "index.ts") });
  });

  it("that is missing is named, and so is what is no YAML", () => {
    expect(() => readConfig(readProject(root), "nope")).to.throw('There is no stack "nope"; Pulumi.nope.yaml does not exist.');
    expect(() => readProject(project({ "Pulumi.yaml": "name: [" }))).to.throw(/Pulumi.yaml is not YAML/);
    expect(() => readProject(project({}))).to.throw(/There is no Pulumi.yaml/);
  });
});
