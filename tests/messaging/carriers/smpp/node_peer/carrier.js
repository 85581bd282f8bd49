// A carrier on the smpp package. Orders come as JSON lines on standard input, and what happens
// goes as JSON lines to standard output. The first line out is {"port": ...}.
"use strict";

const readline = require("node:readline");
const smpp = require("smpp");

const order = JSON.parse(process.argv[2]);
const sessions = new Set();
let taken = 0;
let waiting = [];

function tell(event) {
  process.stdout.write(JSON.stringify(event) + "\n");
}

function receipt(pdu, id) {
  return {
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT,
    short_message: {
      message: `id:${id} sub:001 dlvrd:001 submit date:2611231010 done date:2611231015 stat:DELIVRD err:000 text:`,
    },
    receipted_message_id: id,
    message_state: smpp.MESSAGE_STATE.DELIVERED,
  };
}

// Answers in slices of `order.window`, so that a client has to keep that many under way.
function take(session, pdu) {
  waiting.push([session, pdu]);
  if (waiting.length < order.window) return;
  tell({ under_way: waiting.length });
  answer();
}

function answer() {
  const slice = waiting;
  waiting = [];
  for (const [session, pdu] of slice) {
    const id = `peer-${process.pid}-${++taken}`;
    const text = pdu.short_message.message;
    tell({ submit: pdu.destination_addr, text, udh: pdu.short_message.udh !== undefined });
    session.send(pdu.response({ message_id: id }));
    const receiver = [...sessions].find((one) => one.canReceive);
    if (receiver) receiver.deliver_sm(receipt(pdu, id), () => tell({ confirmed: id }));
  }
}

const server = smpp.createServer((session) => {
  sessions.add(session);
  session.on("close", () => {
    sessions.delete(session);
    tell({ closed: true });
  });
  session.on("error", (error) => tell({ error: String(error) }));
  for (const kind of ["transceiver", "transmitter", "receiver"]) {
    session.on(`bind_${kind}`, (pdu) => {
      const isKnown = pdu.system_id === "platform" && pdu.password === "secret";
      session.canReceive = isKnown && kind !== "transmitter";
      const status = isKnown ? smpp.ESME_ROK : smpp.ESME_RBINDFAIL;
      session.send(pdu.response({ command_status: status, system_id: "peer" }));
      tell({ bind: kind, accepted: isKnown });
    });
  }
  session.on("submit_sm", (pdu) => take(session, pdu));
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    session.close();
  });
});

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { uplink, enquire } = JSON.parse(line);
  for (const session of sessions) {
    if (uplink && session.canReceive) session.deliver_sm(uplink, () => tell({ uplink: true }));
    if (enquire) session.enquire_link(() => tell({ alive: true }));
  }
});

server.listen(order.port, "127.0.0.1", () => tell({ port: server.address().port }));
