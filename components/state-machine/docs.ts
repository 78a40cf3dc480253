/** Docs: the drawings in docs/etl-orchestrator.md. Run this file to write them anew: `npx tsx components/state-machine/docs.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crawl } from "./crawl";
import { mermaid } from "./drawing";
import { pipeline } from "./pipeline";
import { sampleCrawl, sampleParts, sampleTrain } from "./sample";
import { train } from "./train";

export const page = join(__dirname, "..", "..", "docs", "etl-orchestrator.md");

/** What follows this line of the page is drawn. */
const heading = "## The machines, drawn";

const drawn = (name: string, definition: Parameters<typeof mermaid>[0]): string => `### ${name}\n\n\`\`\`mermaid\n${mermaid(definition)}\n\`\`\`\n`;

export const drawings = (): string =>
  [drawn("Pipeline", pipeline(sampleParts)), drawn("Crawl", crawl(sampleCrawl)), drawn("Train", train(sampleTrain))].join("\n");

/** The page with its drawings as the machines are now. */
export const redrawn = (text: string): string => `${text.slice(0, text.indexOf(heading))}${heading}\n\n${drawings()}`;

if (require.main === module) writeFileSync(page, redrawn(readFileSync(page, "utf8")));
