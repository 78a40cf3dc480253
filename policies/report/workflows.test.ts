/** What the workflows of .github do with the reports. */
import { expect } from "chai";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

interface Step { uses?: string; run?: string; with?: Record<string, string> }
interface Workflow { permissions: Record<string, string>; jobs: Record<string, { permissions?: Record<string, string>; uses?: string; steps?: Step[] }> }
interface Comment { id: number; body: string; user: { type: string } }

const folder = join(__dirname, "..", "..", ".github", "workflows");
const files = readdirSync(folder);
const workflow = (file: string): Workflow => parse(readFileSync(join(folder, file), "utf8")) as Workflow;

/** The comments of a pull request, as GitHub's API has them. */
function pullRequest(comments: Comment[]) {
  const issues = {
    listComments: () => comments,
    createComment: ({ body }: { body: string }) => comments.push({ id: comments.length + 1, body, user: { type: "Bot" } }),
    updateComment: ({ comment_id, body }: { comment_id: number; body: string }) => Object.assign(comments.find(({ id }) => id === comment_id)!, { body }),
  };
  return { paginate: (list: () => Comment[]) => list(), rest: { issues } };
}

describe("the workflows", () => {
  it("pin every action of others by the commit, and say which version that is", () => {
    for (const file of files) {
      const lines = readFileSync(join(folder, file), "utf8").split("\n").filter((line) => /^\s*(- )?uses: (?!\.\/)/.test(line));
      for (const line of lines) expect(line, file).to.match(/uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    expect(files).to.have.length.above(2);
  });

  it("let nothing write that runs the code of a pull request", () => {
    const { permissions, jobs } = workflow("preview.yml");
    expect(permissions).to.deep.equal({ contents: "read" });
    for (const [name, { permissions: own, steps = [] }] of Object.entries(jobs)) {
      const writes = Object.entries(own ?? permissions).filter(([what, level]) => level === "write" && what !== "id-token");
      const runsCode = steps.some(({ uses, run }) => uses?.startsWith("actions/checkout@") === true || run?.includes("npm") === true);
      expect(runsCode && writes.length > 0, name).to.equal(false);
    }
  });

  it("make one comment of the report, and change it at the next run", async () => {
    const script = Object.values(workflow("preview.yml").jobs).flatMap(({ steps = [] }) => steps).find(({ uses }) => uses?.startsWith("actions/github-script@"))!.with!.script!;
    const place = mkdtempSync(join(tmpdir(), "comment-"));
    mkdirSync(join(place, "report"));
    const body = script.replaceAll('"report/comment.md"', JSON.stringify(join(place, "report/comment.md")));
    const act = new Function("require", "github", "context", `return (async () => {${body}})()`) as (...args: unknown[]) => Promise<void>;
    const comments: Comment[] = [{ id: 1, body: "<!-- sensorlake policies -->\nby hand", user: { type: "User" } }];
    for (const words of ["first", "second"]) {
      writeFileSync(join(place, "report/comment.md"), words);
      await act(require, pullRequest(comments), { repo: { owner: "o", repo: "r" }, issue: { number: 7 } });
    }
    rmSync(place, { recursive: true });
    expect(comments.map((comment) => comment.body)).to.deep.equal(["<!-- sensorlake policies -->\nby hand", "<!-- sensorlake policies -->\nsecond"]);
  });
});
