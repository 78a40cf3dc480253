import { expect } from "chai";
import { refusal, rules } from "./guard";

const asked = (headers: object, method = "GET") => refusal(method, { host: "127.0.0.1:4568", ...headers }, 4568)?.status;

describe("the dashboard's guard", () => {
  it("lets this machine read, by either of its names", () => {
    expect([asked({}), asked({ host: "localhost:4568" }), asked({ origin: "http://127.0.0.1:4568", "sec-fetch-site": "same-origin" }), asked({}, "HEAD")]).to.deep.equal([undefined, undefined, undefined, undefined]);
    expect(asked({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).to.equal(undefined);
  });

  for (const [what, headers] of [
    ["another host, as in DNS rebinding", { host: "evil.example:4568" }], ["no host", { host: undefined }], ["another port", { host: "127.0.0.1:80" }],
    ["another page", { origin: "https://evil.example" }], ["a page without an origin", { origin: "null" }], ["another page's fetch", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
    ["another port's page", { origin: "http://127.0.0.1:9999", "sec-fetch-site": "same-site" }],
  ] as const) {
    it(`refuses ${what}`, () => expect(asked(headers)).to.equal(403));
  }

  it("refuses to change anything", () => {
    expect(["POST", "PUT", "DELETE", "OPTIONS", "TRACE"].map((method) => asked({}, method))).to.deep.equal([405, 405, 405, 405, 405]);
  });

  it("allows no script and no style but its own", () => {
    expect(rules["content-security-policy"]).to.match(/default-src 'none'/).and.to.match(/script-src 'self';/).and.to.match(/frame-ancestors 'none'/).and.not.to.match(/unsafe|\*|data:|https?:/);
  });
});
