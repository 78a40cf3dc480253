import { expect } from "chai";
import { resolve } from "node:path";
import { drawings } from "../components/reachability/journey";
import { evaluate, type PlannedResource } from "../lab/engine/plan";
import { parsePlan, stackOfPlan } from "../policies/plan";

/** A stack as it would be, with these settings on top of those of its file. */
async function planned(stack: string, config: Record<string, unknown> = {}) {
  const { resources } = await evaluate({ stack, root: resolve(__dirname, ".."), policies: false, once: true, configOverrides: config });
  const seen = stackOfPlan(parsePlan(JSON.stringify({ stack, resources, violations: [] }), stack)).resources;
  return { of: (type: string): PlannedResource[] => resources.filter((one) => one.type.endsWith(type)), drawn: drawings(seen) };
}

/** Settings of dev's sample, which are of no use to another kind: a merge leaves out what is undefined. */
const unset = { database: undefined, cidr: undefined, tables: undefined };

describe("a source", function () {
  this.timeout(60_000);

  it("of kind none has neither network nor connection, no crawler, job, secret or function of a database, and no path to draw", async () => {
    const { of, drawn } = await planned("dev", { "sensorlake:source": { ...unset, kind: "none" } });
    for (const type of ["PeeredGlueNetwork", ":Vpc", ":Subnet", ":SecurityGroup", ":VpcEndpoint", ":Connection", ":Secret", ":Instance"]) expect(of(type).map(({ name }) => name), type).to.deep.equal([]);
    expect(of("glue/crawler:Crawler").map(({ name }) => name)).not.to.include("history-crawl-external");
    expect(of("glue/job:Job").map(({ name }) => name)).to.include("history-import-s3").and.not.include("history-import-db");
    expect(of("lambda/function:Function").map(({ name }) => name).filter((name) => name.includes("watermark"))).to.deep.equal([]);
    expect(drawn).to.deep.equal([]);
  });

  it("of kind sample is made by the stack, and drawn as reached", async () => {
    const { of, drawn } = await planned("dev");
    expect(of("SampleSource")).to.have.length(1);
    expect(of("ec2/instance:Instance")[0]?.inputs).to.deep.include({ associatePublicIpAddress: false, ami: of("ec2/instance:Instance")[0]?.inputs.ami });
    expect(drawn[0]).to.equal("Path of history-connection: reachable");
    expect(drawn.at(-1)).to.equal("   ─▶ back by source-vpc-isolated-1");
  });

  it("of kind existing is joined by its documented example ids, by peering or by a transit gateway", async () => {
    const byPeering = await planned("prod");
    expect(byPeering.of("VpcPeeringConnection")[0]?.inputs).to.include({ peerVpcId: "vpc-0123456789abcdef0" });
    expect(byPeering.drawn).to.include("   ─▶ peering network-peering").and.include("   ─▶ back by rtb-0123456789abcdef0, rtb-0123456789abcdef1");
    const byGateway = await planned("prod", { "sensorlake:source": { network: { transitGatewayId: "tgw-0123456789abcdef0" } } });
    expect(byGateway.of("VpcPeeringConnection")).to.deep.equal([]);
    expect(byGateway.drawn).to.include("   ─▶ transit gateway tgw-0123456789abcdef0");
  });
});
