// Sends by both calls through the vendor's SDK and prints the two answers as one JSON line.
// Stdin: {"endpoint", "key", "secret", "form": {…}, "document": {…}}.
// Modules are looked for in NODE_PATH.
"use strict";

const fs = require("node:fs");
const { BasicCredentials } = require("@huaweicloud/huaweicloud-sdk-core");
const { ClientBuilder } = require("@huaweicloud/huaweicloud-sdk-core/ClientBuilder");

const order = JSON.parse(fs.readFileSync(0, "utf8"));
const client = new ClientBuilder((one) => one)
  .withCredential(new BasicCredentials({ ak: order.key, sk: order.secret, projectId: "none" }))
  .withEndpoint(order.endpoint)
  .build();

function send(url, contentType, data, headers = {}) {
  return client.sendRequest({
    method: "POST",
    url,
    contentType,
    queryParams: {},
    pathParams: {},
    headers,
    data,
  });
}

async function main() {
  const form = new URLSearchParams(order.form).toString();
  // The SDK would hash a form as if it were JSON, so it is signed without its body.
  const unsigned = { "X-Sdk-Content-Sha256": "UNSIGNED-PAYLOAD" };
  const answers = [
    await send("/sms/batchSendSms/v1", "application/x-www-form-urlencoded", form, unsigned),
    await send("/sms/batchSendDiffSms/v1", "application/json", order.document),
  ];
  console.log(JSON.stringify(answers));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
