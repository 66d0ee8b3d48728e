import { describe, expect, test } from "vitest";
import { checkedDataUrl, maxPictureBytes, toPictureUrl } from "../../src/dialects/picture-data.ts";
import { dataUrl, gif, jpeg, png, pngUrl, webp } from "../support/pictures.ts";

const param = "messages[0].content[1]";
const refusalOf = (url: string) => {
  try {
    return checkedDataUrl(url, param);
  } catch (error) {
    return error;
  }
};

describe("checkedDataUrl", () => {
  test.for([
    ["image/png", png],
    ["image/jpeg", jpeg],
    ["image/gif", gif],
    ["image/webp", webp],
  ] as [string, Buffer][])("passes a picture of type %s as it is", ([type, bytes]) => {
    expect(checkedDataUrl(dataUrl(type, bytes), param)).toBe(dataUrl(type, bytes));
  });

  test("writes what is spelt otherwise in one way", () => {
    const lines = png.toString("base64").replace(/.{20}/g, "$&\r\n");
    expect(checkedDataUrl(`data:image/png;base64,${lines}`, param)).toBe(pngUrl);
    expect(checkedDataUrl(`DATA:IMAGE/PNG;BASE64,${png.toString("base64")}`, param)).toBe(pngUrl);
    expect(checkedDataUrl(pngUrl.replace(/=+$/, ""), param)).toBe(pngUrl);
    const urlSafe = `data:image/jpg;base64,${jpeg.toString("base64url")}`;
    expect(checkedDataUrl(urlSafe, param)).toBe(dataUrl("image/jpeg", jpeg));
  });

  test.for<[what: string, url: string, code: string]>([
    ["no type", `data:;base64,${png.toString("base64")}`, "invalid_image_url"],
    ["no base64", "data:image/png,abc", "invalid_image_url"],
    ["a parameter", `data:image/png;charset=x;base64,AAAA`, "invalid_image_url"],
    ["nothing", "data:", "invalid_image_url"],
    ["no bytes", "data:image/png;base64,", "invalid_base64_image"],
    ["a foreign character", `${pngUrl.slice(0, 40)}!${pngUrl.slice(41)}`, "invalid_base64_image"],
    ["an end in the middle", `${pngUrl.slice(0, 40)}=${pngUrl.slice(41)}`, "invalid_base64_image"],
    ["a character left over", `${pngUrl.replace(/=+$/, "")}AAA`, "invalid_base64_image"],
    ["a PNG that is called JPEG", dataUrl("image/jpeg", png), "unsupported_image_media_type"],
    ["a page", dataUrl("image/png", Buffer.from("<html>")), "unsupported_image_media_type"],
    ["an SVG", dataUrl("image/svg+xml", Buffer.from("<svg/>")), "unsupported_image_media_type"],
    ["a WAV", dataUrl("image/webp", Buffer.from("RIFF....WAVE")), "unsupported_image_media_type"],
  ])("refuses one with %s", ([, url, code]) => {
    expect(refusalOf(url)).toMatchObject({ status: 400, param, code });
    expect(String(refusalOf(url))).toContain("The picture in 'messages[0].content[1]' is ");
  });

  test("takes the largest picture, and none that is larger", () => {
    const largest = Buffer.concat([png, Buffer.alloc(maxPictureBytes - png.length)]);
    expect(checkedDataUrl(dataUrl("image/png", largest), param)).toHaveLength(26_666_690);
    const larger = dataUrl("image/png", Buffer.concat([largest, Buffer.alloc(1)]));
    expect(refusalOf(larger)).toMatchObject({ status: 400, code: "image_too_large" });
  });
});

describe("toPictureUrl", () => {
  test("finds the type in the bytes", () => {
    expect(toPictureUrl(webp, param)).toBe(dataUrl("image/webp", webp));
    expect(() => toPictureUrl(Buffer.from("GIF86a"), param)).toThrow("is no PNG, JPEG, WebP or");
  });
});
