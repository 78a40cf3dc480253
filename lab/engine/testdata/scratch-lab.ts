/** ScratchLab: a lab with a home of its own and nothing running, for tests of what only keeps files. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lab, portsFrom } from "../../lab";

export const scratchLab = (home = mkdtempSync(join(tmpdir(), "lab-"))): Lab =>
  new Lab(home, portsFrom(20_200), { python: "", java: "", javaHome: "", jars: "", sitePackages: "" }, () => undefined, { accessKeyId: "k", secretAccessKey: "s" });
