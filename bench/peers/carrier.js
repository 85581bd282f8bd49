// A fast carrier on the smpp package: answers every submission and reports it delivered at once.
"use strict";

const smpp = require("smpp");

let taken = 0;

function receipt(pdu, id) {
  return {
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT,
    short_message: {
      message: `id:${id} sub:001 dlvrd:001 submit date:2611231010 done date:2611231015 stat:DELIVRD err:000 text:`,
    },
  };
}

const server = smpp.createServer((session) => {
  session.on("error", () => session.close());
  for (const kind of ["transceiver", "transmitter", "receiver"]) {
    session.on(`bind_${kind}`, (pdu) => session.send(pdu.response({ system_id: "carrier" })));
  }
  session.on("submit_sm", (pdu) => {
    const id = String(++taken);
    session.send(pdu.response({ message_id: id }));
    session.deliver_sm(receipt(pdu, id));
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    session.close();
  });
});

server.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("listening"));
