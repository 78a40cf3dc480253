import { expect } from "chai";
import { against } from "./windows";

describe("anomalies against labelled windows", () => {
  it("count inside with both ends, and outside", () => {
    const found = against(["2024-01-01 00:00:00", "2024-01-02 00:00:00", "2024-01-03 00:00:00", "2024-02-01 00:00:00"], [
      ["2024-01-02 00:00:00", "2024-01-03 00:00:00"],
      ["2025-01-01 00:00:00", "2025-01-02 00:00:00"],
    ]);
    expect(found).to.deep.equal({
      windows: [
        { window: ["2024-01-02 00:00:00", "2024-01-03 00:00:00"], anomalies: 2, first: "2024-01-02 00:00:00" },
        { window: ["2025-01-01 00:00:00", "2025-01-02 00:00:00"], anomalies: 0 },
      ],
      outside: 2,
    });
  });

  it("are all outside where nothing is labelled", () => {
    expect(against(["2024-01-01 00:00:00"], [])).to.deep.equal({ windows: [], outside: 1 });
  });
});
