import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faultOf } from "./environment";
import { jars, megabytes } from "./jars";
import { type Ask, findJava, findPython } from "./runtimes";

/** A machine that has these programs and says this of each. */
const machine = (programs: Record<string, string>): Ask => (command) => Promise.resolve(programs[command]);
const python = (minor: number, venv = "True") => `found 3 ${minor} /usr/bin/python3.${minor} ${venv}\n`;
const java = (version: number) => `    java.home = /jdk${version}\n    java.specification.version = ${version}\n`;
const messageOf = (promise: Promise<unknown>) => promise.then(() => "none", (fault: Error) => fault.message);

describe("set-up: the Python of this machine", () => {
  it("is 3.11 where there is one, else what python3 is", async () => {
    expect(await findPython(machine({ python3: python(12), "python3.11": python(11) }))).to.equal("/usr/bin/python3.11");
    expect(await findPython(machine({ python3: python(12) }))).to.equal("/usr/bin/python3.12");
  });

  it("is passed over when it is too new or has no venv, and the fault says so in one line", async () => {
    expect(await findPython(machine({ python3: python(13), "python3.10": python(10) }))).to.equal("/usr/bin/python3.10");
    const told = await messageOf(findPython(machine({ python3: python(13), "python3.11": python(11, "False") })));
    expect(told).to.match(/^The lab needs Python 3\.10 to 3\.12 with its venv module on the PATH \(\/usr\/bin\/python3\.11 has no venv module; \/usr\/bin\/python3\.13 is 3\.13\); install .*$/);
    expect(await messageOf(findPython(machine({})))).to.match(/^The lab needs Python 3\.10 to 3\.12 with its venv module on the PATH; install /);
  });
});

describe("set-up: the Java of this machine", () => {
  it("is that of JAVA_HOME where it fits, else the one on the PATH", async () => {
    const both = machine({ "/opt/bin/java": java(17), java: java(11) });
    expect(await findJava({ JAVA_HOME: "/opt" }, both)).to.deep.equal({ java: "/jdk17/bin/java", javaHome: "/jdk17" });
    expect(await findJava({ JAVA_HOME: "/opt" }, machine({ "/opt/bin/java": java(21), java: java(11) }))).to.deep.equal({ java: "/jdk11/bin/java", javaHome: "/jdk11" });
  });

  it("is none when all are of another version, so that one is fetched", async () => {
    expect(await findJava({}, machine({ java: java(21) }))).to.equal(undefined);
    expect(await findJava({}, machine({}))).to.equal(undefined);
  });
});

describe("set-up: what goes wrong", () => {
  it("in pip is told in one line", () => {
    expect(faultOf(["Collecting x", "ERROR: Could not find a version that satisfies the requirement x", "ERROR: No matching distribution found for x"]).message)
      .to.match(/^The Python packages could not be installed \(ERROR: No matching distribution found for x\); check the network/);
    expect(faultOf(["ERROR: [Errno 28] No space left on device"])).to.have.property("code", "ENOSPC");
  });

  it("with a jar can't go unseen: each has its sum", () => {
    for (const jar of jars) expect(jar.sha256, jar.name).to.match(/^[0-9a-f]{64}$/);
    expect(new Set(jars.map(({ name }) => name)).size).to.equal(jars.length);
  });

  it("in sizes would be counting what a link points at", () => {
    const folder = mkdtempSync(join(tmpdir(), "size-"));
    writeFileSync(join(folder, "a"), Buffer.alloc(2_000_000));
    expect(megabytes(folder)).to.equal(2);
    rmSync(folder, { recursive: true });
  });
});
