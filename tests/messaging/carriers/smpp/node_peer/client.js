// A client on the smpp package. Logs in, sends each text of the order, tells every answer and
// delivery as a JSON line, and ends after `order.receipts` deliveries.
"use strict";

const smpp = require("smpp");

const order = JSON.parse(process.argv[2]);
let deliveries = 0;

function tell(event) {
  process.stdout.write(JSON.stringify(event) + "\n");
}

const session = smpp.connect({ url: `smpp://127.0.0.1:${order.port}` }, () => {
  session.bind_transceiver({ system_id: "platform", password: order.password }, (answer) => {
    tell({ bind: answer.command_status });
    if (answer.command_status !== smpp.ESME_ROK) return session.close();
    for (const [to, text] of order.messages) {
      const message = {
        destination_addr: to,
        source_addr: "10690001",
        registered_delivery: 1,
        short_message: text,
      };
      session.submit_sm(message, (taken) =>
        tell({ to, status: taken.command_status, id: taken.message_id }),
      );
    }
  });
});
session.on("deliver_sm", (pdu) => {
  session.send(pdu.response());
  tell({
    receipt: pdu.receipted_message_id,
    state: pdu.message_state,
    text: pdu.short_message.message,
  });
  if (++deliveries === order.receipts) session.unbind(() => session.close());
});
session.on("error", (error) => tell({ error: String(error) }));
