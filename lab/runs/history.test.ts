import { expect } from "chai";
import { eventsAfter } from "./history";

/** A history of this many events, three a page, from the end. */
function kept(count: number) {
  const pages: (string | undefined)[] = [];
  const send = async ({ input }: { input: { nextToken?: string } }) => {
    pages.push(input.nextToken);
    const from = Number(input.nextToken ?? 0);
    const events = Array.from({ length: count }, (_, at) => ({ id: count - at })).slice(from, from + 3);
    return { events, ...(from + 3 < count && { nextToken: String(from + 3) }) };
  };
  return { sfn: { send } as never, pages };
}

describe("the events that are not known yet", () => {
  it("come in their order, whole at first, then only as many pages as hold new ones", async () => {
    const { sfn, pages } = kept(8);
    expect((await eventsAfter(sfn, "e", 0)).map(({ id }) => id)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(pages).to.have.length(3);
    expect((await eventsAfter(sfn, "e", 7)).map(({ id }) => id)).to.deep.equal([8]);
    expect(await eventsAfter(sfn, "e", 8)).to.deep.equal([]);
    expect(pages).to.have.length(5);
  });
});
