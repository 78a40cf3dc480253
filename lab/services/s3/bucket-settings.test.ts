import { expect } from "chai";
import { removeLabs, testLab } from "../testing";
import { keep, replay, settingOf, type BucketSettings } from "./bucket-settings";

const query = (text: string) => new URLSearchParams(text);

describe("bucket settings", () => {
  after(removeLabs);

  it("knows a bucket's setting from an object", () => {
    expect(settingOf("PUT", "/lake", query(""))).to.deep.equal({ bucket: "lake", name: "" });
    expect(settingOf("PUT", "/lake/", query("versioning=&x-id=PutBucketVersioning"))).to.deep.equal({ bucket: "lake", name: "versioning" });
    expect(settingOf("PUT", "/lake/key", query(""))).to.equal(undefined);
    expect(settingOf("POST", "/lake", query("delete="))).to.equal(undefined);
  });

  it("sends again what was set, the bucket first, and nothing of what was removed", () => {
    const lab = testLab();
    const store = lab.store<BucketSettings>("s3-buckets");
    keep(store, "PUT", "/lake", query(""), Buffer.from("<region/>"));
    keep(store, "PUT", "/lake", query("versioning="), Buffer.from("<on/>"));
    keep(store, "PUT", "/lake", query("policy="), Buffer.from("{}"));
    keep(store, "DELETE", "/lake", query("policy="), Buffer.alloc(0));
    keep(store, "PUT", "/gone", query(""), Buffer.alloc(0));
    keep(store, "DELETE", "/gone", query(""), Buffer.alloc(0));
    const again = replay(testLab(lab.home).store<BucketSettings>("s3-buckets"));
    expect(again.map(({ target, body }) => [target, Buffer.from(body, "base64").toString()])).to.deep.equal([["/lake", "<region/>"], ["/lake?versioning", "<on/>"]]);
  });
});
