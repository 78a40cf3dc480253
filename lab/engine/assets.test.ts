import { expect } from "chai";
import { strFromU8, unzipSync } from "fflate";
import { mkdtempSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asDeployed, comparable, hashed, onDisk } from "./assets";
import { ARCHIVE, ASSET, SIGNATURE } from "./values";

const folder = mkdtempSync(join(tmpdir(), "assets-"));
writeFileSync(join(folder, "a.txt"), "one");
const text = (content: string) => ({ [SIGNATURE]: ASSET, text: content });
const file = (path: string) => ({ [SIGNATURE]: ASSET, path });
const archive = (assets: object) => ({ [SIGNATURE]: ARCHIVE, assets });
const hashOf = (value: object) => (hashed(value, folder) as { hash: string }).hash;

describe("assets", () => {
  it("are told apart by what is in them, not by where they come from", () => {
    expect(hashOf(text("one"))).to.equal(hashOf(file("a.txt")));
    expect(hashOf(text("two"))).to.not.equal(hashOf(file("a.txt")));
  });

  it("become files; an archive becomes a zip with its folders", () => {
    const { path } = onDisk(archive({ "lib/x": text("one"), src: { [SIGNATURE]: ARCHIVE, path: folder } }), folder, mkdtempSync(join(tmpdir(), "kept-"))) as { path: string };
    const inside = unzipSync(readFileSync(path));
    expect(Object.entries(inside).map(([name, bytes]) => [name, strFromU8(bytes)])).to.deep.equal([["lib/x", "one"], ["src/a.txt", "one"]]);
  });

  it("are the same zip, byte for byte, whatever the dates of the files", () => {
    const zip = () => readFileSync((onDisk(archive({ a: file("a.txt") }), folder, mkdtempSync(join(tmpdir(), "kept-"))) as { path: string }).path);
    const before = zip();
    utimesSync(join(folder, "a.txt"), 0, 0);
    expect(zip().equals(before)).to.equal(true);
  });

  it("that are zips already are opened, so that nesting them puts their files beneath", () => {
    const kept = mkdtempSync(join(tmpdir(), "kept-"));
    const { path: zip } = onDisk(archive({ x: text("one") }), folder, kept) as { path: string };
    const { path } = onDisk(archive({ lib: { [SIGNATURE]: ARCHIVE, path: zip } }), folder, kept) as { path: string };
    expect(Object.keys(unzipSync(readFileSync(path)))).to.deep.equal(["lib/x"]);
  });

  it("that are missing are named", () => {
    expect(() => hashed(file("none.txt"), folder)).to.throw("the asset none.txt does not exist");
  });

  it("are compared by their hash alone", () => {
    expect(comparable(hashed(text("one"), folder))).to.deep.equal(comparable(hashed(file("a.txt"), folder)));
  });

  it("stay what they were when their sources have changed since", () => {
    const sources = mkdtempSync(join(tmpdir(), "sources-"));
    writeFileSync(join(sources, "a.txt"), "before");
    const kept = mkdtempSync(join(tmpdir(), "kept-"));
    const deployed = hashed(archive({ a: file("a.txt") }), sources);
    const then = onDisk(deployed, sources, kept);
    writeFileSync(join(sources, "a.txt"), "after");
    expect(asDeployed(deployed, kept)).to.deep.equal(then).and.to.not.deep.equal(onDisk(deployed, sources, kept));
  });
});
